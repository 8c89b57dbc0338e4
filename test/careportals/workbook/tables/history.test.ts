import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordCancellation } from '../../../../src/modules/careportals/orders/record-cancellation.ts';
import { recordOrderStatus } from '../../../../src/modules/careportals/orders/record-order-status.ts';
import type { Tables } from '../../../../src/modules/careportals/tables.ts';
import type { StatusLine } from '../../../../src/modules/careportals/workbook/lines.ts';
import { LostRace } from '../../../../src/modules/careportals/workbook/lost-race.ts';
import { cancellationsTable } from '../../../../src/modules/careportals/workbook/tables/cancellations.table.ts';
import { orderUpdatesTable } from '../../../../src/modules/careportals/workbook/tables/order-updates.table.ts';
import { plainQuery, type Query, queryIn } from '../../../../src/platform/database/query.ts';
import { inTransaction, mysqlNumber } from '../../../../src/platform/database/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { givenOrders, newOrderId } from '../given-orders.ts';
import { admitted, dids, loadLines, newContext, rulesOf, settleLines } from '../load-lines.ts';

let database: TestDatabase;
let query: Query;
beforeAll(async () => {
  database = await createTestDatabase();
  query = await plainQuery(database.orm);
});
afterAll(() => database?.drop());

function status(order_id: string, updated_status: string, second: number, ms = 0): StatusLine {
  const status_updated_at = `2026-01-02 10:00:${String(second).padStart(2, '0')}.${String(ms).padStart(3, '0')}`;
  return { order_id, updated_status, status_updated_at, order_created_at: '2025-12-31 00:00:00.000' };
}

/** By a webhook. */
function told(line: StatusLine) {
  const fact = { orderId: line.order_id, status: line.updated_status, statusUpdatedAt: line.status_updated_at };
  return inTransaction<Tables, unknown>(database.orm, (tx) =>
    recordOrderStatus(tx, { ...fact, source: 'careportals', receivedAt: line.status_updated_at }),
  );
}

const historyOf = (orderId: string) =>
  query<{ said: string; source: string }>(
    `SELECT CONCAT(updated_status, ' ', status_updated_at) AS said, source FROM order_status_updates
      WHERE order_id = ? ORDER BY status_updated_at, updated_status`,
    [orderId],
  );

const orderOf = async (orderId: string) =>
  (
    await query<{ current_status: string; imported_at: string | null }>('SELECT * FROM orders WHERE order_id = ?', [
      orderId,
    ])
  )[0];

const cancelledAt = async (orderId: string) =>
  (await query<{ at: string }>('SELECT cancelled_at AS at FROM orders_cancelled WHERE order_id = ?', [orderId]))[0]?.at;

describe('order.updated', () => {
  test('adds to the history, with the creation of the order, and the trigger keeps the current status', async () => {
    const id = newOrderId();
    await givenOrders(database, id);
    const settled = await loadLines(database.orm, orderUpdatesTable, [
      status(id, 'shipped', 30),
      status(id, 'processing', 10),
    ]);
    expect(dids(settled)).toEqual(['written', 'written']);
    expect((await historyOf(id)).map(({ said }) => said)).toEqual([
      'processing 2026-01-02 10:00:10.000',
      'shipped 2026-01-02 10:00:30.000',
    ]);
    expect(await orderOf(id)).toMatchObject({ current_status: 'shipped', created_at: '2026-01-01 10:00:00.000' });
    const again = await loadLines(database.orm, orderUpdatesTable, [status(id, 'shipped', 30)]);
    expect(dids(again)).toEqual(['unchanged']);
  });

  test('the same order, status and second is the same row, whatever its milliseconds', async () => {
    const id = newOrderId();
    await givenOrders(database, id);
    await told(status(id, 'processing', 10, 417));
    const lines = [status(id, 'processing', 10), status(id, 'processing', 11), status(id, 'shipped', 10)];
    expect(dids(await loadLines(database.orm, orderUpdatesTable, lines))).toEqual(['unchanged', 'written', 'written']);
    expect(await historyOf(id)).toHaveLength(3);
  });

  test('a status of an order that nobody knows is parked once, and waits in later runs', async () => {
    const [known, unknown] = [newOrderId(), newOrderId()];
    await givenOrders(database, known);
    const lines = [status(unknown, 'shipped', 1), status(known, 'shipped', 1), status(unknown, 'processing', 2)];
    const settled = await loadLines(database.orm, orderUpdatesTable, lines);
    expect(dids(settled)).toEqual(['parked', 'written', 'parked']);
    expect(rulesOf(settled)).toEqual(['status-without-order order_id', 'status-without-order order_id']);
    const again = await loadLines(database.orm, orderUpdatesTable, lines);
    expect(dids(again)).toEqual(['waiting', 'unchanged', 'waiting']);
    const inbox = await query(
      `SELECT status, waiting_for, event_type, note FROM webhook_inbox
        WHERE source_system = 'workbook' AND waiting_for = ? ORDER BY inbox_id`,
      [`order:${unknown}`],
    );
    expect(inbox).toEqual([
      { status: 'parked', waiting_for: `order:${unknown}`, event_type: 'order.updated', note: 'Sheet sheet, row 2' },
      { status: 'parked', waiting_for: `order:${unknown}`, event_type: 'order.updated', note: 'Sheet sheet, row 4' },
    ]);
  });

  test('a dry run takes orders that it has accounted for as known, and writes nothing', async () => {
    const id = newOrderId();
    const context = newContext();
    context.known.learn([['order', id, 10_000]]);
    const settled = await settleLines(database.orm, orderUpdatesTable, [status(id, 'cancelled', 5)], context);
    expect(dids(settled)).toEqual(['written']);
    const line = { order_id: id, cancelled_at: '2026-01-02 10:30:00.000' };
    expect(dids(await settleLines(database.orm, cancellationsTable, [line], context))).toEqual(['unchanged']);
    expect(await historyOf(id)).toEqual([]);
  });

  test('a webhook that brings the same row between settling and writing makes the batch fail as a repeat', async () => {
    const id = newOrderId();
    await givenOrders(database, id);
    const context = newContext();
    const settled = await orderUpdatesTable.settle(query, context, admitted([status(id, 'shipped', 7)]));
    await told(status(id, 'shipped', 7));
    const writing = inTransaction<Tables, void>(database.orm, (tx) => orderUpdatesTable.write(tx, context, settled));
    expect(mysqlNumber(await writing.catch((error: unknown) => error))).toBe(1062);
    expect(dids(await orderUpdatesTable.settle(query, context, admitted([status(id, 'shipped', 7)])))).toEqual([
      'unchanged',
    ]);
  });

  test('an order that is gone when its history is written is a lost race', async () => {
    const id = newOrderId();
    const context = newContext();
    context.known.learn([['order', id, 10_000]]);
    const settled = await orderUpdatesTable.settle(query, context, admitted([status(id, 'shipped', 7)]));
    const writing = inTransaction<Tables, void>(database.orm, (tx) => orderUpdatesTable.write(tx, context, settled));
    await expect(writing).rejects.toThrow(LostRace);
  });

  test('order numbers beyond what a double holds are found', async () => {
    const [one, other] = ['9007199254740993', '9007199254740992'];
    await givenOrders(database, one, other);
    await told(status(one, 'shipped', 3));
    const lines = [status(one, 'shipped', 3), status(other, 'shipped', 3)];
    expect(dids(await loadLines(database.orm, orderUpdatesTable, lines))).toEqual(['unchanged', 'written']);
  });

  test('a batch is looked up in the unique index, by order and status', async () => {
    const asked: string[] = [];
    const explaining = async <Row extends object>(sql: string, params: unknown[] = []): Promise<Row[]> => {
      const [plan] = await query<{ EXPLAIN: string }>(`EXPLAIN FORMAT=TREE ${sql}`, params);
      asked.push(plan?.EXPLAIN ?? '');
      return query<Row>(sql, params);
    };
    const context = newContext();
    const ids = Array.from({ length: 500 }, (_, index) => String(20_000 + index));
    context.known.learn(ids.map((id) => ['order', id]));
    await orderUpdatesTable.settle(explaining, context, admitted(ids.map((id) => status(id, 'shipped', 1))));
    const history = asked.filter((plan) => plan.includes(' on h '));
    expect(history).toEqual([
      expect.stringMatching(
        /Covering index lookup on h using idx_order_status_once \(order_id\s*=\s*asked.order_id, updated_status/,
      ),
    ]);
  });

  test('pages give the whole history, with when each order was made', async () => {
    const id = newOrderId();
    await givenOrders(database, id);
    const lines = [status(id, 'shipped', 3), status(id, 'processing', 4), status(id, 'processing', 2, 12)];
    await loadLines(database.orm, orderUpdatesTable, lines);
    const read: StatusLine[] = [];
    for await (const page of orderUpdatesTable.pages(query, 'order.updated')) read.push(...page);
    const created = { order_created_at: '2026-01-01 10:00:00.000' };
    expect(read.filter(({ order_id }) => order_id === id)).toEqual(
      [lines[2], lines[1], lines[0]].map((line) => ({ ...line, ...created })),
    );
    const [{ counted } = { counted: 0 }] = await query<{ counted: number }>(
      'SELECT COUNT(*) AS counted FROM order_status_updates',
    );
    expect(read).toHaveLength(Number(counted));
  });
});

describe('order.cancelled', () => {
  const line = (order_id: string, second: number) => ({
    order_id,
    cancelled_at: `2026-01-02 10:00:${String(second).padStart(2, '0')}.000`,
  });

  test('the earliest time stands, whether the history, a webhook or the sheet tells it', async () => {
    const [byHistory, byWebhook, bySheet] = [newOrderId(), newOrderId(), newOrderId()];
    await givenOrders(database, byHistory, byWebhook, bySheet);
    await loadLines(database.orm, orderUpdatesTable, [
      status(byHistory, 'cancelled', 20),
      status(byHistory, 'deleted', 10),
    ]);
    await inTransaction<Tables, unknown>(database.orm, (tx) =>
      recordCancellation(tx, byWebhook, '2026-01-02 10:00:30.250'),
    );
    const lines = [line(byHistory, 40), line(byWebhook, 5), line(bySheet, 1)];
    const settled = await loadLines(database.orm, cancellationsTable, lines);
    expect(dids(settled)).toEqual(['unchanged', 'updated', 'written']);
    expect(settled[1]?.differs).toEqual(['cancelled_at']);
    expect(await cancelledAt(byHistory)).toBe('2026-01-02 10:00:10.000');
    expect(await cancelledAt(byWebhook)).toBe('2026-01-02 10:00:05.000');
    expect(await cancelledAt(bySheet)).toBe('2026-01-02 10:00:01.000');
    const again = await loadLines(database.orm, cancellationsTable, lines);
    expect(dids(again)).toEqual(['unchanged', 'unchanged', 'unchanged']);
  });

  test('one of an order that nobody knows is parked', async () => {
    const id = newOrderId();
    const settled = await loadLines(database.orm, cancellationsTable, [line(id, 1)]);
    expect(dids(settled)).toEqual(['parked']);
    expect(rulesOf(settled)).toEqual(['cancellation-without-order order_id']);
  });

  test('pages give each cancelled order once, with its earliest time, also where only the history tells it', async () => {
    const id = newOrderId();
    await givenOrders(database, id);
    await told(status(id, 'cancelled', 9));
    const read: { order_id: string; cancelled_at: string }[] = [];
    for await (const page of cancellationsTable.pages(query, 'order.cancelled')) read.push(...page);
    expect(read.filter(({ order_id }) => order_id === id)).toEqual([line(id, 9)]);
    expect(new Set(read.map(({ order_id }) => order_id)).size).toBe(read.length);
  });
});

test('what settling reads inside a transaction is what the transaction wrote', async () => {
  const id = newOrderId();
  await givenOrders(database, id);
  await inTransaction<Tables, void>(database.orm, async (tx) => {
    const context = newContext();
    const lines = admitted([status(id, 'shipped', 1)]);
    await orderUpdatesTable.write(tx, context, await orderUpdatesTable.settle(queryIn(tx), context, lines));
    expect(dids(await orderUpdatesTable.settle(queryIn(tx), context, lines))).toEqual(['unchanged']);
  });
});
