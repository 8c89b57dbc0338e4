import type { Statement } from './query.ts';
import { mysqlNumber } from './transaction.ts';

/** Rows of statements, as arrays. */
type Answers = unknown[][][];

type Send = (statements: readonly Statement[]) => Promise<Answers>;

interface Waiting {
  statements: readonly Statement[];
  /** What tells requests of one kind: the plan that made the statements. */
  of: object;
  resolve(answers: Answers): void;
  reject(error: unknown): void;
}

/** Requests that share a packet at most: MySQL runs their statements one after the other. */
const MOST = 4;

/** For how long a statement may keep those behind it waiting, in milliseconds. */
const LONGEST_MS = 50;

/** MySQL's error when the time of a statement is over. */
const TOOK_LONG = 3024;

/** For how long a kind of request that took longer goes alone, in milliseconds. */
const ALONE_FOR_MS = 60_000;

/**
 * What requests want to read at the same moment goes to MySQL in one packet: to send one wakes a thread of MySQL, which
 * is a quarter of the work for a small request. Nobody waits for others to come, only what came in the same turn of the
 * event loop is put together; and nobody waits long for the others' statements: MySQL ends what takes longer than 50 ms
 * (3024), and then, as after any other error, each is sent alone.
 */
export class SharedPackets {
  readonly #send: Send;
  readonly #aloneUntil = new WeakMap<object, number>();
  #waiting: Waiting[] = [];

  constructor(send: Send) {
    this.#send = send;
  }

  /** @param of the plan, or what else has made the statements. */
  ask(statements: readonly Statement[], of: object): Promise<Answers> {
    if ((this.#aloneUntil.get(of) ?? 0) > performance.now()) return this.#send(statements);
    return new Promise((resolve, reject) => {
      if (this.#waiting.push({ statements, of, resolve, reject }) === 1) setImmediate(() => this.#sendAll());
    });
  }

  #sendAll(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let i = 0; i < waiting.length; i += MOST) {
      const some = waiting.slice(i, i + MOST);
      void (some.length === 1 ? this.#sendAlone(some[0] as Waiting) : this.#sendTogether(some));
    }
  }

  async #sendTogether(some: readonly Waiting[]): Promise<void> {
    try {
      const answers = await this.#send(some.flatMap(({ statements }) => statements.map(limited)));
      let from = 0;
      for (const { statements, resolve } of some) {
        resolve(answers.slice(from, from + statements.length));
        from += statements.length;
      }
    } catch (error) {
      // Whose fault it is shows when each is alone; to read the others' rows again does no harm.
      const tookLong = mysqlNumber(error) === TOOK_LONG;
      for (const one of some) void (tookLong ? this.#sendTimed(one) : this.#sendAlone(one));
    }
  }

  async #sendAlone({ statements, resolve, reject }: Waiting): Promise<void> {
    try {
      resolve(await this.#send(statements));
    } catch (error) {
      reject(error);
    }
  }

  /** Alone, and from then on if it does take long. */
  async #sendTimed(one: Waiting): Promise<void> {
    const startedAt = performance.now();
    await this.#sendAlone(one);
    const now = performance.now();
    if (now - startedAt > LONGEST_MS) this.#aloneUntil.set(one.of, now + ALONE_FOR_MS);
  }
}

const LIMIT = `MAX_EXECUTION_TIME(${LONGEST_MS})`;

/** The hint behind the first SELECT is for the statement as a whole, its unions and subqueries too. MySQL reads one comment. */
function limited({ sql, params }: Statement): Statement {
  const hinted = (_select: string, open?: string) => `SELECT /*+ ${LIMIT}${open === undefined ? ' */' : ''}`;
  return { sql: sql.replace(/SELECT( \/\*\+)?/, hinted), params };
}
