import { readFileSync } from 'node:fs';
import Stripe from 'stripe';
import { type StripeSettings, stripeSource } from '../../../../src/modules/careportals/intake/stripe/index.ts';
import type { Tables } from '../../../../src/modules/careportals/tables.ts';
import type { Orm } from '../../../../src/platform/database/connect.ts';
import { acceptDelivery } from '../../../../src/platform/inbox/accept-delivery.ts';
import type { InboxSource } from '../../../../src/platform/inbox/inbox-source.ts';
import { type InboxWorker, startInboxWorker } from '../../../../src/platform/inbox/worker.ts';
import { createLog } from '../../../../src/platform/log.ts';
import type { TestDatabase } from '../../../kit/test-database.ts';
import { emptyTables } from '../../../platform/inbox/empty-tables.ts';

export const SECRET = 'whsec_demo_signing_secret';

/** The moment at which the sample events were made. */
export const NOW = new Date(1_762_184_528_000);

export interface SampleEvent {
  id: string;
  type: string;
  created: number;
  account?: string;
  data: { object: Record<string, unknown> };
}

/** The raw body of a sample. */
export function sampleText(name: string): string {
  return readFileSync(new URL(`../../../fixtures/stripe/${name}.json`, import.meta.url), 'utf8');
}

/** A sample event, with some fields of its object replaced. */
export function sample(
  name: string,
  object: Record<string, unknown> = {},
  event: Partial<SampleEvent> = {},
): SampleEvent {
  const parsed = JSON.parse(sampleText(name)) as SampleEvent;
  return { ...parsed, ...event, data: { ...parsed.data, object: { ...parsed.data.object, ...object } } };
}

/** A request as Stripe would send it. */
export function signed(body: string, secret = SECRET, at = NOW) {
  const timestamp = Math.floor(at.getTime() / 1_000);
  const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp });
  return { rawBody: Buffer.from(body), headers: { 'stripe-signature': signature }, event: null, query: {} };
}

/** A clock that stands where the sample events were made until it is moved. */
export class BenchClock {
  #now = NOW.getTime();
  now(): Date {
    return new Date(this.#now);
  }
  advance(ms: number): void {
    this.#now += ms;
  }
}

/** Makes the database as good as new for the next test. */
export function emptied({ admin }: TestDatabase): Promise<void> {
  const business = ['refunds', 'payment_orders', 'payments', 'orders', 'customers'];
  return emptyTables(admin, ...business, 'webhook_inbox', 'webhook_subjects', 'webhook_logs', 'error_logs');
}

/** Stripe's side and ours on one database. */
export class StripeBench {
  readonly clock = new BenchClock();
  readonly source: InboxSource<Tables>;
  readonly worker: InboxWorker;
  readonly #orm: Orm;

  /** @param database with the tables of this intake empty. */
  constructor({ orm }: TestDatabase, settings: Partial<StripeSettings> = {}) {
    this.#orm = orm;
    this.source = stripeSource({ webhookSecrets: [SECRET], ...settings });
    const { clock, source } = this;
    this.worker = startInboxWorker({ orm, sources: [source], clock, log: createLog('silent') });
  }

  /** Delivers the events one after the other and waits until nothing due is left. */
  async deliver(...events: SampleEvent[]): Promise<void> {
    for (const event of events) await this.accept(event);
    await this.settle();
  }

  accept(event: SampleEvent) {
    return acceptDelivery(
      this.#orm,
      this.source,
      signed(JSON.stringify(event), SECRET, this.clock.now()),
      this.clock.now(),
    );
  }

  async settle(): Promise<void> {
    this.worker.wake();
    await this.worker.idle();
  }

  rows<Row = Record<string, unknown>>(sql: string, params: unknown[] = []): Promise<Row[]> {
    return this.#orm.em.getConnection().execute(sql, params) as unknown as Promise<Row[]>;
  }

  /** An order of a fictional customer. */
  async addOrder(orderId: string, totalAmount = 14_950): Promise<void> {
    const customer = `cust-${orderId}`;
    await this.rows('INSERT INTO customers (customer_id, email) VALUES (?, ?)', [customer, `${customer}@example.com`]);
    await this.rows(
      `INSERT INTO orders (order_id, care_portals_internal_order_id, customer_id, source, total_amount, base_amount, created_at)
       VALUES (?, ?, ?, 'checkout', ?, ?, '2025-11-03 15:00:00')`,
      [orderId, `internal-${orderId}`, customer, totalAmount, totalAmount],
    );
  }

  /** As CarePortals' intake does: the order, and what waited for it, in one go. */
  async orderArrives(orderId: string): Promise<void> {
    await this.addOrder(orderId);
    await this.rows(
      "UPDATE webhook_inbox SET status = 'pending', waiting_for = NULL, next_attempt_at = received_at WHERE waiting_for = ?",
      [`order:${orderId}`],
    );
    await this.settle();
  }

  payments() {
    return this.rows(`SELECT charge_id, payment_intent_id, order_id, stripe_customer_id, payment_method_id, amount, currency,
      card_last4, card_brand, status, description, application_fee_amount, created_at FROM payments ORDER BY charge_id`);
  }

  paymentOrders() {
    return this.rows(`SELECT charge_id, po.order_id FROM payment_orders po JOIN payments USING (payment_id)
      ORDER BY charge_id, po.order_id`);
  }

  refunds() {
    return this.rows(`SELECT stripe_refund_id, charge_id, payment_intent_id, amount, currency, reason, status, created_at
      FROM refunds ORDER BY stripe_refund_id`);
  }

  /** What became of the deliveries, by event id. */
  async inbox(): Promise<Record<string, string>> {
    const rows = await this.rows<{ event_id: string; status: string; waiting_for: string | null }>(
      'SELECT event_id, status, waiting_for FROM webhook_inbox ORDER BY inbox_id',
    );
    return Object.fromEntries(rows.map((row) => [row.event_id, row.waiting_for ?? row.status]));
  }
}
