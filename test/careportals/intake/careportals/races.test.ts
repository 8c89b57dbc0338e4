import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Orm } from '../../../../src/platform/database/connect.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { at, deliver, fresh, order, ownOrder, rows, sample, statuses } from './deliver.ts';

let database: TestDatabase;
let orm: Orm;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = database.orm;
});

afterAll(() => database.drop());

describe('at the same time', () => {
  test('eight deliveries of one new order build one order, one customer and one history row', async () => {
    const { id, body } = ownOrder('order.updated', { productId: 'e'.repeat(24), coupon: `RACE${fresh()}` });
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => deliver(orm, 'order.updated', body)));
    expect(outcomes.every(({ kind }) => kind === 'done')).toBe(true);
    expect(await statuses(orm, id)).toEqual(['awaiting_shipment']);
    const aliases = 'SELECT COUNT(*) AS n FROM customer_aliases WHERE customer_id = ?';
    // The id and the email.
    expect(await rows(orm, aliases, [body['customer._id']])).toEqual([{ n: '2' }]);
  });

  test('six new ids with one new email become one customer with six aliases and one for the email', async () => {
    const email = `six.ids.${fresh()}@example.org`;
    const ids = ['1', '2', '3', '4', '5', '6'].map((digit) => digit.repeat(24));
    const bodies = ids.map((id) => ownOrder('order.created', { 'customer._id': id, 'customer.email': email }).body);
    await Promise.all(bodies.map((body) => deliver(orm, 'order.created', body)));
    const aliases = await rows<{ customer_id: string }>(
      orm,
      'SELECT a.customer_id FROM customer_aliases a JOIN customers c USING (customer_id) WHERE c.email = ?',
      [email],
    );
    expect(aliases).toHaveLength(7);
    expect(new Set(aliases.map((row) => row.customer_id)).size).toBe(1);
  });

  test('one new id with several new emails becomes one customer', async () => {
    const id = fresh();
    const customerId = String(id).padStart(24, 'b');
    const bodies = ['a', 'b', 'c', 'd'].map(
      (letter) =>
        ownOrder('order.created', { 'customer._id': customerId, 'customer.email': `${letter}${id}@example.org` }).body,
    );
    await Promise.all(bodies.map((body) => deliver(orm, 'order.created', body)));
    expect(await rows(orm, 'SELECT COUNT(*) AS n FROM customers WHERE email LIKE ?', [`_${id}@example.org`])).toEqual([
      { n: '1' },
    ]);
    expect(await rows(orm, 'SELECT COUNT(*) AS n FROM orders WHERE customer_id = ?', [customerId])).toEqual([
      { n: '4' },
    ]);
  });

  test('two known customers told the same new email stay two, one has it, and the other is written down', async () => {
    const email = `shared.${fresh()}@example.org`;
    const people = [ownOrder('order.created'), ownOrder('order.created')];
    for (const { body } of people) await deliver(orm, 'order.created', body);
    const renamed = people.map(({ body }) => ({ ...body, ...at('20', { 'customer.email': email }) }));
    const tried = await Promise.allSettled(renamed.map((body) => deliver(orm, 'order.updated', body)));
    // What met the unique key was rolled back, for the inbox to try again.
    for (const [n, { status }] of tried.entries()) {
      if (status === 'rejected') await deliver(orm, 'order.updated', renamed[n] ?? {});
    }
    const ids = people.map(({ body }) => body['customer._id']);
    const emails = await rows<{ email: string }>(orm, 'SELECT email FROM customers WHERE customer_id IN (?, ?)', ids);
    expect(emails.filter((row) => row.email === email)).toHaveLength(1);
    const conflicts = await rows(
      orm,
      "SELECT 1 FROM error_logs WHERE error_type = 'customer_conflict' AND trigger_source IN (?, ?)",
      ids.map((id) => `customer:${id}`),
    );
    expect(conflicts).toHaveLength(1);
  });

  test('a known order bears many different events at once', async () => {
    const { id, body } = ownOrder('order.created');
    await deliver(orm, 'order.created', body);
    const days = Array.from({ length: 12 }, (_, i) => String(10 + i));
    const events = days.map((day) => ({ ...body, ...at(day, { status: `step_${day}` }) }));
    await Promise.all(events.map((event) => deliver(orm, 'order.updated', event)));
    expect(await statuses(orm, id)).toEqual(days.map((day) => `step_${day}`));
    expect(await order(orm, id)).toMatchObject({
      current_status: 'step_21',
      source_updated_at: '2025-11-21 00:00:00.000',
    });
  });

  test('the first events of one subscription become one subscription', async () => {
    const id = String(fresh()).padStart(24, 'd');
    const names = ['subscription.created', 'subscription.active', 'subscription.paused'];
    const bodies = names.map((name) => sample(name, { _id: id }));
    // The customer and the product are known, or their rows would make the three wait for each other.
    await deliver(orm, 'subscription.created', sample('subscription.created'));
    await Promise.all(bodies.map((body) => deliver(orm, `subscription.${body.status}`, body)));
    const state = await rows(orm, 'SELECT state FROM subscriptions WHERE subscription_id = ?', [id]);
    expect(state).toEqual([{ state: 'paused' }]);
    const entries = 'SELECT COUNT(*) AS n FROM subscriptions_audit_log WHERE subscription_id = ?';
    expect(await rows(orm, entries, [id])).toEqual([{ n: '3' }]);
  });
});
