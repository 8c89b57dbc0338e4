import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { toInstant } from '../../platform/database/instant.ts';

/** Orders that the events are about, in turns: event number n is about order n % TOPICS. */
export const TOPICS = 100;
/** The twin of the table that is followed; nobody follows it. */
export const BARE_TABLE = 'order_status_updates_bare';

type Table = 'order_status_updates' | typeof BARE_TABLE;

const FIRST_ORDER = 800_001;
const CUSTOMER = '69a1c04fd2b7e80100000001';
const CREATED = '2026-01-05 09:00:00.000';
const FIRST_UPDATE = Date.parse('2026-02-01T09:00:00.000Z');
/** In turns, so that each is a change; their answers are of one length, as each names both. */
const STATUSES = ['awaiting_script', 'awaiting_shipment'] as const;

/** What every client asks for; the order's number is how an event tells which order it is about. */
export const DOCUMENT = `subscription ($filter: OrderStatusFilter) {
  orderStatusChanged(filter: $filter) {
    cursor kind updateId previousStatus status statusUpdatedAt receivedAt order { orderId }
  }
}`;

/** Who listens. */
export interface Audience {
  sockets: number;
  /** `all`: to everything. `one each`: to one of the orders, in turns. */
  wanting: 'all' | 'one each';
}

/** How many receivers each event has. */
export function receiversOf({ sockets, wanting }: Audience): number {
  return wanting === 'all' ? sockets : sockets / TOPICS;
}

/** What client `number` gives its operation. */
export function variablesOf(number: number, { wanting }: Audience): { filter?: { orderIds: string[] } } {
  return wanting === 'all' ? {} : { filter: { orderIds: [orderIdOf(number)] } };
}

export function orderIdOf(number: number): string {
  return String(FIRST_ORDER + (number % TOPICS));
}

/** Which of the TOPICS an order is. */
export function topicOf(orderId: string): number {
  return Number(orderId) - FIRST_ORDER;
}

/** The orders, and the twin table. */
export async function makeOrders(admin: Connection): Promise<void> {
  await admin.query('INSERT INTO customers (customer_id, email) VALUES (?, ?)', [CUSTOMER, 'live@example.test']);
  const all = Array.from({ length: TOPICS }, (_, number) => orderIdOf(number));
  await admin.query(
    `INSERT INTO orders (order_id, care_portals_internal_order_id, customer_id, source, total_amount, base_amount, source_updated_at,
      created_at)
      VALUES ?`,
    [
      all.map((id) => [
        id,
        `69b27d11e4c9fa01${Number(id).toString(16).padStart(8, '0')}`,
        CUSTOMER,
        'checkout',
        0,
        0,
        CREATED,
        CREATED,
      ]),
    ],
  );
  await admin.query(`CREATE TABLE ${BARE_TABLE} LIKE order_status_updates`);
  // An order's first status has none before it, and makes a shorter message.
  await (await StatusWriter.open(admin)).write(all.map((_, number) => number));
}

/** Writes status rows as another program would: plain SQL, several rows a statement, each a change of its order. */
export class StatusWriter {
  readonly #db: Connection;
  /** By the sender's clock, in milliseconds: each row is newer than all before. */
  #clock: number;

  private constructor(db: Connection, clock: number) {
    this.#db = db;
    this.#clock = clock;
  }

  static async open(db: Connection): Promise<StatusWriter> {
    const [[last]] = await db.query<(RowDataPacket & { at: string | null })[]>(
      'SELECT MAX(status_updated_at) AS at FROM order_status_updates',
    );
    return new StatusWriter(db, last?.at == null ? FIRST_UPDATE : Date.parse(`${last.at.replace(' ', 'T')}Z`));
  }

  /** Resolves when they are committed. @param numbers of the events. */
  async write(numbers: readonly number[], table: Table = 'order_status_updates'): Promise<void> {
    await this.#db.query<ResultSetHeader>(
      `INSERT INTO ${table} (order_id, updated_status, order_created_at, status_updated_at) VALUES ?`,
      [numbers.map((number) => this.#row(number))],
    );
  }

  #row(number: number): string[] {
    this.#clock++;
    const status = STATUSES[Math.floor(this.#clock / TOPICS) % STATUSES.length] ?? '';
    return [orderIdOf(number), status, CREATED, toInstant(new Date(this.#clock))];
  }
}
