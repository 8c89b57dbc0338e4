import { setTimeout as pause } from 'node:timers/promises';
import { serverOf } from '../database/connect.ts';
import { mysqlNumber } from '../database/transaction.ts';
import type { Log } from '../log.ts';
import { type LogListener, LogStream } from './log-stream.ts';
import { isRefusal, lookAtLog, refusalText } from './why-no-log.ts';

/** First and longest pause before the log is opened again, in milliseconds. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

/** Who follows tables by the log. */
export interface LogFollower {
  tell(numbers: readonly bigint[]): void;
  look(gtid: string | null): void;
  lose(): void;
}

export interface BinaryLogOptions {
  feedUrl: string;
  /** The server that is written to, by its `@@server_uuid`. */
  appServer: string;
  schema: string;
  /** Column that numbers the rows, by table. */
  numberColumns: ReadonlyMap<string, string>;
  log: Log;
  /** The log may not be read any more, and waiting does not help. */
  onRefused(reason: string): void;
}

/**
 * The binary log for as long as the server runs: when its connection ends, it is made anew, however often that takes, and
 * goes on behind the last transaction that was read to its end.
 */
export class BinaryLog {
  readonly #options: BinaryLogOptions;
  readonly #followers = new Map<string, LogFollower>();
  readonly #stopping = new AbortController();
  /** Transactions that were read to their end, and those before; null if the log does not reach back so far. */
  #reached: string | null = null;
  #stream: LogStream | null = null;
  #running: Promise<void> | null = null;
  #heardAt = Date.now();
  #failures = 0;
  #saidUnreadable = false;

  constructor(options: BinaryLogOptions) {
    this.#options = options;
  }

  /** When it last gave a sign of life; once a second if nothing is written. */
  get heardAt(): number {
    return this.#heardAt;
  }

  follow(table: string, follower: LogFollower): void {
    this.#followers.set(table, follower);
  }

  /**
   * Opens the log at its end, and resolves when it is being read.
   * @returns why it cannot be used, if so; null otherwise.
   */
  async start(): Promise<string | null> {
    const heard = Promise.withResolvers<null>();
    try {
      const state = await lookAtLog(this.#options.feedUrl, this.#options.appServer);
      if (state.refusal !== null) return state.refusal;
      const stream = this.#open(state.end, () => heard.resolve(null));
      const failure = await Promise.race([heard.promise, stream.ended]);
      if (failure !== null) throw failure;
      this.#running = this.#keepReading(stream);
      return null;
    } catch (error) {
      await this.#stream?.stop();
      return isRefusal(error) ? refusalText(error) : `DATABASE_FEED_URL cannot be reached: ${codeOf(error)}`;
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#stream?.stop();
    await this.#running;
  }

  async #keepReading(first: LogStream): Promise<void> {
    for (let stream: LogStream | null = first; stream !== null; stream = await this.#reopen()) {
      const reason = await stream.ended;
      this.#reached = stream.gtidSet;
      await stream.stop();
      if (this.#stopping.signal.aborted) return;
      this.#options.log.warn({ err: reason }, 'the binary log was interrupted; it is opened again');
      if (mysqlNumber(reason) === 1236) this.#reached = null;
      else if (isRefusal(reason)) return this.#options.onRefused(refusalText(reason));
    }
  }

  /** @returns null if there is nothing more to be read. */
  async #reopen(): Promise<LogStream | null> {
    for (;;) {
      await this.#pause();
      if (this.#stopping.signal.aborted) return null;
      try {
        const state = await lookAtLog(this.#options.feedUrl, this.#options.appServer);
        if (this.#stopping.signal.aborted) return null;
        if (state.refusal === null) return this.#openAt(state.end);
        this.#options.onRefused(state.refusal);
        return null;
      } catch (error) {
        this.#options.log.warn({ err: error }, 'the binary log cannot be reached; it is tried again');
      }
    }
  }

  /** Behind what was read, or, if that is gone, at the end. */
  #openAt(end: string): LogStream {
    if (this.#reached === null) for (const follower of this.#followers.values()) follower.lose();
    return this.#open(this.#reached ?? end, () => {
      this.#failures = 0;
    });
  }

  #open(from: string, onHeard: () => void): LogStream {
    const { feedUrl, schema, numberColumns } = this.#options;
    const listener: LogListener = {
      onCommit: (numbers) => {
        for (const [table, added] of numbers) this.#followers.get(table)?.tell(added);
      },
      onUnreadable: (gtid) => this.#lookInstead(gtid),
      onHeard: () => {
        this.#heardAt = Date.now();
        onHeard();
      },
    };
    this.#stream = new LogStream({ server: serverOf(feedUrl), from, schema, numberColumns }, listener);
    return this.#stream;
  }

  #lookInstead(gtid: string | null): void {
    if (!this.#saidUnreadable) {
      this.#saidUnreadable = true;
      this.#options.log.warn(
        'the binary log has transactions that cannot be read (compressed?); their rows are looked for',
      );
    }
    for (const follower of this.#followers.values()) follower.look(gtid);
  }

  /** Twice as long each time, and never the same for all instances. */
  async #pause(): Promise<void> {
    const longest = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures++, LONGEST_PAUSE_MS);
    const wait = longest * (0.5 + Math.random() / 2);
    await pause(wait, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? (error as Error).message;
}
