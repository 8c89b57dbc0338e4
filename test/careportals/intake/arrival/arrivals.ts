import type { RecordedDelivery } from '../../../../src/modules/careportals/demo/month/record-month.ts';
import { careportalsSource } from '../../../../src/modules/careportals/intake/careportals/careportals-source.ts';
import { stripeSource } from '../../../../src/modules/careportals/intake/stripe/index.ts';
import { entities, type Tables } from '../../../../src/modules/careportals/tables.ts';
import { connect, type Orm } from '../../../../src/platform/database/connect.ts';
import { plainQuery, type Query } from '../../../../src/platform/database/query.ts';
import { OutcomeUnknown, RetryLater } from '../../../../src/platform/database/transaction.ts';
import { acceptDelivery } from '../../../../src/platform/inbox/accept-delivery.ts';
import type { InboxSource } from '../../../../src/platform/inbox/inbox-source.ts';
import { type InboxWorker, startInboxWorker } from '../../../../src/platform/inbox/worker.ts';
import { createLog } from '../../../../src/platform/log.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { asRequest, SECRETS } from './as-request.ts';
import { type BusinessState, businessState } from './business-state.ts';
import { FastClock } from './fast-clock.ts';

/** Deliveries that are on their way in at the same time. */
const SENDERS = 6;

/** Senders wait while more than this is to do: of what waits, workers take the oldest first and not the last. */
const MOST_PENDING = 24;

/** Longer than any parked delivery waits for its next look. */
const LONGEST_PARKED_MS = 2 * 3_600_000;

const KEPT_TABLES = new Set(['subscription_reasons', 'subscription_status_transitions', 'mikro_orm_migrations']);

/** Runs beside the deliveries until the signal says that all are done. */
export type Disturbance = (schema: string, over: AbortSignal) => Promise<void>;

/** A schema of its own, senders, and two workers, each with a pool as if it were another instance. */
export class Arrivals {
  readonly database: TestDatabase;
  readonly query: Query;
  readonly #pools: Orm[];
  readonly #tables: string[];
  #pending: Promise<number> | undefined;
  readonly #sources: InboxSource<Tables>[] = [
    careportalsSource({ webhookSecrets: [SECRETS.careportals] }),
    stripeSource({ webhookSecrets: [SECRETS.stripe] }),
  ];

  private constructor(database: TestDatabase, query: Query, pools: Orm[], tables: string[]) {
    this.database = database;
    this.query = query;
    this.#pools = pools;
    this.#tables = tables;
  }

  static async open(): Promise<Arrivals> {
    const database = await createTestDatabase();
    const pool = () => connect({ url: database.appUrl, entities, poolSize: 8 });
    const query = await plainQuery(database.admin);
    const tables = await query<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'",
    );
    const emptied = tables.map(({ name }) => name).filter((name) => !KEPT_TABLES.has(name));
    return new Arrivals(database, query, [await pool(), await pool()], emptied);
  }

  async close(): Promise<void> {
    for (const pool of this.#pools) await pool.close(true);
    await this.database.drop();
  }

  /** The state after these deliveries were worked on one after the other, as they came. */
  inOrder(deliveries: readonly RecordedDelivery[]): Promise<BusinessState> {
    return this.#run(deliveries, { senders: 1, pools: this.#pools.slice(0, 1), concurrency: 1 });
  }

  /** The state after these deliveries came, several at once, while two workers were at it. */
  atOnce(deliveries: readonly RecordedDelivery[], disturbance?: Disturbance): Promise<BusinessState> {
    return this.#run(deliveries, { senders: SENDERS, pools: this.#pools, concurrency: 4, disturbance });
  }

  async #run(
    deliveries: readonly RecordedDelivery[],
    how: { senders: number; pools: Orm[]; concurrency: number; disturbance?: Disturbance },
  ): Promise<BusinessState> {
    await this.#empty();
    const clock = new FastClock(deliveries);
    const workers = how.pools.map((orm) =>
      startInboxWorker({ orm, sources: this.#sources, clock, log: createLog('silent'), concurrency: how.concurrency }),
    );
    const over = new AbortController();
    const disturbed = errorOf(how.disturbance?.(this.database.schema, over.signal));
    const queue = deliveries.values();
    const mostPending = how.senders === 1 ? 0 : MOST_PENDING;
    await Promise.all(Array.from({ length: how.senders }, () => this.#send(queue, workers, mostPending)));
    await this.#worked(0);
    over.abort();
    const fault = await disturbed;
    if (fault !== null) throw fault;
    clock.advance(LONGEST_PARKED_MS);
    for (const worker of workers) await worker.idle();
    await this.#worked(0);
    for (const worker of workers) await worker.stop();
    return businessState(this.query);
  }

  async #send(queue: IterableIterator<RecordedDelivery>, workers: InboxWorker[], most: number) {
    let sent = 0;
    for (const delivery of queue) {
      await this.#accept(delivery);
      workers[sent++ % workers.length]!.wake();
      if (most === 0 || sent % 4 === 0) await this.#worked(most);
    }
  }

  /** Sends again, as senders do, what was not stored for certain. */
  async #accept(delivery: RecordedDelivery): Promise<void> {
    const source = this.#sources.find(({ sourceSystem }) => sourceSystem === delivery.source)!;
    for (;;) {
      try {
        const answer = await acceptDelivery(this.database.orm, source, asRequest(delivery), delivery.receivedAt);
        if ('status' in answer) throw new Error(`${delivery.path}: ${answer.error}`);
        return;
      } catch (error) {
        if (!(error instanceof RetryLater || error instanceof OutcomeUnknown)) throw error;
      }
    }
  }

  /** Resolves when no more than `most` deliveries are to do, those that are to be tried again included. */
  async #worked(most: number): Promise<void> {
    for (;;) {
      // All who wait share one question.
      this.#pending ??= this.#countPending().finally(() => {
        this.#pending = undefined;
      });
      if ((await this.#pending) <= most) return;
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
  }

  async #countPending(): Promise<number> {
    const [row] = await this.query<{ n: string }>("SELECT COUNT(*) AS n FROM webhook_inbox WHERE status = 'pending'");
    return Number(row?.n);
  }

  /** As good as a new schema, and much faster. TRUNCATE passes by the triggers that guard the logs. */
  async #empty(): Promise<void> {
    const statements = this.#tables.map((table) => `TRUNCATE TABLE ${table}`);
    await this.query(`SET foreign_key_checks = 0; ${statements.join('; ')}; SET foreign_key_checks = 1`);
  }
}

/** The error of something that runs beside the rest, once it is over: nobody listens to it before. */
async function errorOf(task: Promise<void> | undefined): Promise<unknown> {
  try {
    await task;
    return null;
  } catch (error) {
    return error;
  }
}
