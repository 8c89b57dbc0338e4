import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyAuditChains } from '../../../src/modules/careportals/subscriptions/verify-audit-chain.ts';
import type { Tables } from '../../../src/modules/careportals/tables.ts';
import type { LogLine, SubscriptionLine } from '../../../src/modules/careportals/workbook/lines.ts';
import { LostRace } from '../../../src/modules/careportals/workbook/lost-race.ts';
import { subscriptionLogTable } from '../../../src/modules/careportals/workbook/tables/subscription-log.table.ts';
import { subscriptionsTable } from '../../../src/modules/careportals/workbook/tables/subscriptions.table.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { inTransaction } from '../../../src/platform/database/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { act, at, event } from '../subscriptions/act.ts';
import { newId, standing, trail } from '../subscriptions/standing.ts';
import { CUSTOMER, givenOrders } from './given-orders.ts';
import { admitted, dids, loadLines, newContext, rulesOf, settleLines } from './load-lines.ts';

const PRODUCT = '5f00000000000000000000aa';

let database: TestDatabase;
let query: Query;
beforeAll(async () => {
  database = await createTestDatabase();
  query = await plainQuery(database.orm);
  await givenOrders(database);
  await query("INSERT INTO products (product_id, list_price, drug_name) VALUES (?, 100, 'x')", [PRODUCT]);
});
afterAll(() => database?.drop());

function line(told: Partial<SubscriptionLine> = {}): SubscriptionLine {
  const state = told.state ?? 'active';
  return {
    subscription_id: newId(),
    state,
    emr_customer_id: CUSTOMER,
    product_id: PRODUCT,
    cycle: 3,
    status: state,
    created_at: '2025-06-01 12:00:00.000',
    updated_at: '2025-09-01 12:00:00.000',
    ...told,
  };
}

const load = (lines: SubscriptionLine[], mode: 'import' | 'sync' = 'import') =>
  loadLines(database.orm, subscriptionsTable, lines, newContext(mode));

const markOf = async (id: string) =>
  (
    await query<{ imported_at: string | null }>('SELECT imported_at FROM subscriptions WHERE subscription_id = ?', [id])
  )[0]?.imported_at;

async function expectSoundChains(): Promise<void> {
  expect((await verifyAuditChains(query)).broken).toEqual([]);
}

describe('the three sheets', () => {
  test('each row stands in the table of its sheet, with a first entry in its trail', async () => {
    const lines = [
      line(),
      line({ state: 'paused' }),
      line({ state: 'cancelled', status: 'ended', updated_at: null }),
      line({ emr_customer_id: null, product_id: null }),
    ];
    const settled = await load(lines);
    expect(dids(settled)).toEqual(['written', 'written', 'written', 'written']);
    expect(rulesOf(settled)).toEqual([]);
    for (const { subscription_id: id, state, status, cycle, updated_at } of lines) {
      expect(await standing(query, id)).toMatchObject({
        state,
        status,
        cycle,
        source_updated_at: updated_at,
        version: 1,
      });
      const entries = await trail(query, id);
      expect(entries).toMatchObject([
        { trigger_type: 'import', effect: 'created', actor: 'workbook', source: 'import' },
      ]);
      expect(await markOf(id)).not.toBeNull();
    }
    await expectSoundChains();
    expect(dids(await load(lines))).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged']);
  });

  test('a customer who is not known leaves a blank and their id; a product that is not known is made, once', async () => {
    const [stranger, product] = ['5f00000000000000000000bb', '5f00000000000000000000cc'];
    const lines = [line({ emr_customer_id: stranger, product_id: product }), line({ product_id: product })];
    const context = newContext();
    const settled = await loadLines(database.orm, subscriptionsTable, lines, context);
    const paused = [line({ product_id: product, state: 'paused' })];
    expect(rulesOf(await loadLines(database.orm, subscriptionsTable, paused, context))).toEqual([]);
    expect(rulesOf(settled)).toEqual(['subscription-customer-unknown CustomerID', 'product-stubbed ProductID']);
    const id = lines[0]!.subscription_id;
    expect(await standing(query, id)).toMatchObject({
      customer_id: null,
      emr_customer_id: stranger,
      product_id: product,
    });
  });

  test('import leaves what it wrote before as it is; sync brings it to the sheet, from table to table', async () => {
    const before = line();
    await load([before]);
    const after = {
      ...before,
      state: 'paused' as const,
      status: 'paused',
      cycle: 5,
      updated_at: '2025-10-01 12:00:00.000',
    };
    const kept = await load([after]);
    expect(dids(kept)).toEqual(['kept']);
    expect(kept[0]?.differs).toEqual(['state', 'cycle', 'status', 'updated_at']);
    expect(dids(await load([after], 'sync'))).toEqual(['updated']);
    const id = before.subscription_id;
    expect(await standing(query, id)).toMatchObject({
      state: 'paused',
      cycle: 5,
      version: 2,
      source_updated_at: after.updated_at,
    });
    expect(await trail(query, id)).toMatchObject([{ effect: 'created' }, { effect: 'moved', trigger_type: 'import' }]);
    expect(await markOf(id)).not.toBeNull();
    expect(dids(await load([after], 'sync'))).toEqual(['unchanged']);
    await expectSoundChains();
  });

  test.each(['a webhook', 'a mutation'])('what %s wrote since is not the sheet’s any more', async (who) => {
    const before = line();
    const id = before.subscription_id;
    await load([before]);
    if (who === 'a webhook')
      await event(database.orm, { subscriptionId: id, status: 'active', cycle: 4, updatedAt: at(1) });
    else await act(database.orm, 'pause', id, at(1));
    expect(await markOf(id)).toBeNull();
    const stood = await standing(query, id);
    const after = { ...before, cycle: 9, state: 'cancelled' as const, status: 'cancelled' };
    expect(dids(await load([after], 'sync'))).toEqual(['kept']);
    expect(await standing(query, id)).toEqual(stood);
  });

  test('a newer webhook changes an imported subscription, an older one does not, and the next cycle is told by either', async () => {
    const imported = line();
    const id = imported.subscription_id;
    await load([imported]);
    const next = '2026-04-01 00:00:00.000';
    const older = { subscriptionId: id, status: 'paused' as const, cycle: 2, updatedAt: '2025-08-01 00:00:00.000' };
    await event(database.orm, { ...older, nextCycleDate: next });
    expect(await standing(query, id)).toMatchObject({ state: 'active', cycle: 3, next_cycle_date: next });
    await event(database.orm, { ...older, cycle: 7, updatedAt: '2025-09-02 00:00:00.000' });
    expect(await standing(query, id)).toMatchObject({ state: 'paused', cycle: 7 });
    await expectSoundChains();
  });

  test('blanks of a subscription that webhooks told are filled, and give way to whatever a webhook tells of them', async () => {
    const told = line();
    const id = told.subscription_id;
    await event(database.orm, { subscriptionId: id, status: 'paused', cycle: 6, updatedAt: '2025-07-01 00:00:00.000' });
    expect(dids(await load([told]))).toEqual(['filled']);
    expect(await standing(query, id)).toMatchObject({
      state: 'paused',
      cycle: 6,
      customer_id: CUSTOMER,
      product_id: PRODUCT,
      version: 2,
    });
    expect(await markOf(id)).toBeNull();
    expect(dids(await load([told]))).toEqual(['kept']);
    const other = '5f00000000000000000000dd';
    await query("INSERT INTO products (product_id, list_price, drug_name) VALUES (?, 100, 'y')", [other]);
    await event(database.orm, {
      subscriptionId: id,
      status: 'active',
      productId: other,
      updatedAt: '2025-06-15 00:00:00.000',
    });
    expect(await standing(query, id)).toMatchObject({ product_id: other, state: 'paused' });
    await expectSoundChains();
  });

  test('a change between settling and writing is a lost race, and nothing of the batch stays', async () => {
    const [fresh, known] = [line(), line()];
    await load([known]);
    const context = newContext('sync');
    const lines = admitted([fresh, { ...known, cycle: 8 }]);
    const settled = await subscriptionsTable.settle(query, context, lines);
    expect(dids(settled)).toEqual(['written', 'updated']);
    await event(database.orm, { subscriptionId: known.subscription_id, status: 'active', cycle: 4, updatedAt: at(2) });
    const writing = inTransaction<Tables, void>(database.orm, (tx) => subscriptionsTable.write(tx, context, settled));
    await expect(writing).rejects.toThrow(LostRace);
    expect(dids(await subscriptionsTable.settle(query, context, lines))).toEqual(['written', 'kept']);
  });

  test('a dry run knows subscriptions, customers and products that it has accounted for', async () => {
    const context = newContext();
    const [who, what] = ['5f00000000000000000000e1', '5f00000000000000000000e2'];
    context.known.learn([
      ['customer', who],
      ['product', what],
    ]);
    const told = line({ emr_customer_id: who, product_id: what });
    expect(rulesOf(await settleLines(database.orm, subscriptionsTable, [told], context))).toEqual([]);
    const log = logLine({ subscription_id: told.subscription_id });
    expect(dids(await settleLines(database.orm, subscriptionLogTable, [log], context))).toEqual(['written']);
  });

  test('pages give what was loaded', async () => {
    const told = line({ state: 'paused' });
    await load([told]);
    const read: SubscriptionLine[] = [];
    for await (const page of subscriptionsTable.pages(query, 'subscription.paused')) read.push(...page);
    expect(read.filter(({ subscription_id }) => subscription_id === told.subscription_id)).toEqual([told]);
    expect(new Set(read.map(({ state }) => state))).toEqual(new Set(['paused']));
  });
});

function logLine(told: Partial<LogLine>): LogLine {
  return {
    subscription_id: newId(),
    emr_customer_id: CUSTOMER,
    product_id: PRODUCT,
    cycle: 2,
    status: 'active',
    trigger_type: 'active',
    received_at: '2025-08-01 12:00:00.000',
    created_at: '2025-06-01 12:00:00.000',
    updated_at: null,
    raw_data: { _id: 'x', customer: { email: 'somebody@example.net' }, b: [1.5, null], a: 'ü' },
    ...told,
  };
}

describe('subscription.full_log', () => {
  const loadLog = (lines: LogLine[]) => loadLines(database.orm, subscriptionLogTable, lines);

  test('lines follow each other in the trails of their subscriptions, and change nothing else', async () => {
    const [one, other] = [line(), line({ state: 'cancelled' })];
    await load([one, other]);
    const stood = await standing(query, one.subscription_id);
    const ids = { subscription_id: one.subscription_id };
    const lines = [
      logLine(ids),
      logLine({ subscription_id: other.subscription_id, cycle: null, emr_customer_id: null, raw_data: 'no JSON {' }),
      logLine({ ...ids, trigger_type: 'paused', status: 'paused', received_at: '2025-08-02 12:00:00.000' }),
      logLine({ ...ids, raw_data: null }),
    ];
    expect(dids(await loadLog(lines))).toEqual(['written', 'written', 'written', 'written']);
    await expectSoundChains();
    const entries = await trail(query, one.subscription_id);
    expect(entries).toMatchObject([
      { effect: 'created' },
      {
        effect: 'imported',
        trigger_type: 'active',
        source: 'import',
        actor: 'careportals',
        raw_data: lines[0]!.raw_data,
      },
      { effect: 'imported', trigger_type: 'paused' },
      { effect: 'imported', raw_data: null },
    ]);
    expect(await standing(query, one.subscription_id)).toEqual({ ...stood, audit_head: entries.at(-1)?.hash });
    expect(await markOf(one.subscription_id)).not.toBeNull();
    expect(dids(await loadLog(lines))).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged']);
    const read: LogLine[] = [];
    for await (const page of subscriptionLogTable.pages(query, 'subscription.full_log')) read.push(...page);
    expect(read.filter(({ subscription_id }) => subscription_id === one.subscription_id)).toEqual([
      lines[0],
      lines[2],
      lines[3],
    ]);
  });

  test('entries that webhooks and mutations left are part of what is read', async () => {
    const id = newId();
    await event(database.orm, { subscriptionId: id, status: 'active', updatedAt: at(1) });
    await act(database.orm, 'pause', id, at(2));
    const read: LogLine[] = [];
    for await (const page of subscriptionLogTable.pages(query, 'subscription.full_log')) read.push(...page);
    const own = read.filter(({ subscription_id }) => subscription_id === id);
    expect(own.map(({ trigger_type }) => trigger_type)).toEqual(['active', 'pause']);
    expect(dids(await loadLog(own))).toEqual(['unchanged', 'unchanged']);
  });

  test('a line of a subscription that nobody knows goes to the worker', async () => {
    const stranger = logLine({});
    const settled = await loadLog([stranger]);
    expect(dids(settled)).toEqual(['parked']);
    expect(rulesOf(settled)).toEqual(['log-without-subscription SubscriptionID']);
    const rows = await query<{ status: string }>(
      "SELECT status, waiting_for, note FROM webhook_inbox WHERE event_type = 'subscription.full_log'",
    );
    expect(rows).toEqual([{ status: 'pending', waiting_for: null, note: 'Sheet sheet, row 2' }]);
    expect(dids(await loadLog([stranger]))).toEqual(['waiting']);
    await load([line({ subscription_id: stranger.subscription_id })]);
    expect(dids(await loadLog([stranger]))).toEqual(['waiting']);
  });
});
