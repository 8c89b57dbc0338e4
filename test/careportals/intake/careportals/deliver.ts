import { readFileSync } from 'node:fs';
import { handleCareportalsDelivery } from '../../../../src/modules/careportals/intake/careportals/handle-careportals-delivery.ts';
import { verifyCareportalsDelivery } from '../../../../src/modules/careportals/intake/careportals/verify-careportals-delivery.ts';
import type { Tables } from '../../../../src/modules/careportals/tables.ts';
import type { Orm } from '../../../../src/platform/database/connect.ts';
import type { Instant } from '../../../../src/platform/database/instant.ts';
import { inTransaction } from '../../../../src/platform/database/transaction.ts';
import type { Delivery, Outcome } from '../../../../src/platform/inbox/delivery.ts';

/** Our clock in these tests: after every time in the samples. */
export const RECEIVED: Instant = '2026-03-15 12:00:00.000';

export type Body = Record<string, unknown>;

const FIXTURES = new URL('../../../fixtures/careportals/', import.meta.url);

/** A sample body, with some paths changed. */
export function sample(name: string, changes: Body = {}): Body {
  return { ...JSON.parse(readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8')), ...changes };
}

/** The event that a sample is named after: its first two words. */
export function eventOf(name: string): string {
  return name.split('.').slice(0, 2).join('.');
}

/** Applies a body as a delivery of `event`, having passed it through the door's own checks. */
export function deliver(orm: Orm, event: string, body: Body, receivedAt: Instant = RECEIVED): Promise<Outcome> {
  const request = {
    event,
    query: {},
    headers: { 'x-careportals-secret': 's' },
    rawBody: Buffer.from(JSON.stringify(body)),
  };
  const verified = verifyCareportalsDelivery(request, ['s'], new Date());
  if ('status' in verified) throw new Error(verified.error);
  const { eventType, eventId, payload } = verified;
  const delivery = { inboxId: '1', sourceSystem: 'careportals', eventType, eventId, payload, receivedAt, attempt: 1 };
  return handle(orm, delivery);
}

/** As the worker does it: one transaction, tried again when a lock was in the way. */
export function handle(orm: Orm, delivery: Delivery): Promise<Outcome> {
  const cause = {
    actor: 'careportals',
    actorRole: 'system',
    source: 'webhook',
    correlationId: 'c',
    at: delivery.receivedAt,
  } as const;
  return inTransaction<Tables, Outcome>(orm, (tx) => handleCareportalsDelivery(tx, delivery, cause));
}

export function deliverSample(orm: Orm, name: string, changes: Body = {}): Promise<Outcome> {
  return deliver(orm, eventOf(name), sample(name, changes));
}

/** Rows of a query through the ORM's own connection. */
export function rows<Row = Record<string, unknown>>(orm: Orm, sql: string, params: unknown[] = []): Promise<Row[]> {
  return orm.em.getConnection().execute<Row[]>(sql, params as string[]);
}

let made = 5_000;

/** A number that no other test of the same file uses. */
export function fresh(): number {
  return ++made;
}

/** An order of its own: number, CarePortals id and customer that no other test of the same file uses. */
export function ownOrder(name: string, changes: Body = {}): { id: string; body: Body } {
  const id = String(fresh());
  const body = sample(name, {
    _id: id.padStart(24, 'a'),
    id,
    'customer._id': id.padStart(24, 'c'),
    'customer.email': `customer.${id}@example.org`,
    ...changes,
  });
  return { id, body };
}

/** Some of a body's fields. */
export function pick(body: Body, keys: string[]): Body {
  return Object.fromEntries(keys.map((key) => [key, body[key]]));
}

/** Fields that put an event on a day of November 2025, e.g. `at('20')`. */
export function at(day: string, changes: Body = {}): Body {
  return { updatedAt: `2025-11-${day}T00:00:00.000Z`, ...changes };
}

export async function order(orm: Orm, id: string) {
  const [row] = await rows(orm, 'SELECT * FROM orders WHERE order_id = ?', [id]);
  return row;
}

/** An order's history, oldest first. */
export function history(orm: Orm, id: string) {
  return rows(orm, 'SELECT * FROM order_status_updates WHERE order_id = ? ORDER BY status_updated_at', [id]);
}

export async function statuses(orm: Orm, id: string) {
  return (await history(orm, id)).map((row) => row.updated_status);
}

/** What error_logs holds of a type about something. */
export function errorsOf(orm: Orm, type: string, about: string) {
  return rows<{ error_message: string }>(
    orm,
    'SELECT error_message FROM error_logs WHERE error_type = ? AND (error_message LIKE ? OR trigger_source LIKE ?)',
    [type, `%${about}%`, `%${about}%`],
  );
}
