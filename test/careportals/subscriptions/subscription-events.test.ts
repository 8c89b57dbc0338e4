import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyAuditChains } from '../../../src/modules/careportals/subscriptions/verify-audit-chain.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { makeCustomer } from '../schema/make-rows.ts';
import { openSession } from '../schema/session.ts';
import { act, at, event } from './act.ts';
import { contradictions, newId, standing, trail } from './standing.ts';

let database: TestDatabase;
let query: Query;
beforeAll(async () => {
  database = await createTestDatabase();
  query = await plainQuery(database.orm);
  const admin = await openSession(database.adminUrl);
  for (const id of ['ann', 'bob']) await makeCustomer(admin, id);
  await admin.run("INSERT INTO products (product_id, list_price) VALUES ('p1', 100), ('p2', 200)");
  await admin.close();
});
afterAll(() => database?.drop());

type Told = Partial<Parameters<typeof event>[1]>;
type Status = 'active' | 'paused' | 'cancelled' | 'ended';

/** Events of one new subscription, one after the other: the day each tells, and what it tells. */
async function told(...events: [day: number, Told][]): Promise<string> {
  const id = newId();
  await tell(id, ...events);
  return id;
}

async function tell(id: string, ...events: [day: number, Told][]): Promise<void> {
  for (const [day, what] of events) await event(database.orm, { subscriptionId: id, updatedAt: at(day), ...what });
}

async function effects(id: string): Promise<string[]> {
  return (await trail(query, id)).map((entry) => entry.effect);
}

describe('a first event', () => {
  test('makes the subscription, in the table of its status, with the first entry of its trail', async () => {
    const created = { createdAt: at(1), nextCycleDate: at(27), cycle: 4, customerId: 'ann', productId: 'p1' };
    const id = await told([2, { status: 'paused', triggerType: 'created', ...created }]);
    expect(await standing(query, id)).toMatchObject({
      state: 'paused',
      status: 'paused',
      version: 1,
      cycle: 4,
      customer_id: 'ann',
      product_id: 'p1',
      created_at: at(1),
      updated_at: at(2),
      next_cycle_date: at(27),
      source_updated_at: at(2),
      moved_at: null,
    });
    expect(await trail(query, id)).toMatchObject([
      {
        effect: 'created',
        trigger_type: 'created',
        previous_status: null,
        version: 1,
        actor: 'careportals',
        actor_role: 'system',
        source: 'webhook',
        correlation_id: 'a delivery',
        webhook_received_at: at(28),
        raw_data: { _id: id, updatedAt: at(2) },
        previous_hash: null,
      },
    ]);
  });

  test('without customer, product and cycle is kept all the same, in cycle 1', async () => {
    const id = await told([1, { status: 'active' }]);
    expect(await standing(query, id)).toMatchObject({ customer_id: null, product_id: null, cycle: 1 });
  });

  test.each([0, -3, 1.5, Number.NaN])('with cycle %d counts as one that names none', async (cycle) => {
    expect(await standing(query, await told([1, { status: 'active', cycle }]))).toMatchObject({ cycle: 1 });
  });

  test('that is a renewal notice makes an active one, which any later status may change, of whatever time', async () => {
    const id = await told([9, { nextCycleDate: at(20) }], [3, { status: 'paused' }]);
    expect(await standing(query, id)).toMatchObject({ state: 'paused', source_updated_at: at(3) });
  });
});

describe('a newer event', () => {
  const statuses: Status[] = ['active', 'paused', 'cancelled', 'ended'];
  const pairs = statuses.flatMap((from) => statuses.filter((to) => to !== from).map((to) => [from, to] as const));

  test.each(pairs)('may lead from %s to %s', async (from, to) => {
    const id = await told([1, { status: from, createdAt: at(1) }]);
    const before = await standing(query, id);
    await tell(id, [2, { status: to }]);
    const state = to === 'ended' ? 'cancelled' : to;
    expect(await standing(query, id)).toMatchObject({
      state,
      status: to,
      version: 2,
      public_id: before.public_id,
      created_at: before.created_at,
    });
    const isMove = before.state !== state;
    expect(await trail(query, id)).toMatchObject([
      { version: 1 },
      { effect: isMove ? 'moved' : 'changed', previous_status: from, status: to, version: 2 },
    ]);
  });

  test('an ended subscription stands with the cancelled ones and says that it ended', async () => {
    const id = await told([1, { status: 'active' }], [2, { status: 'ended' }]);
    expect(await standing(query, id)).toMatchObject({ state: 'cancelled', status: 'ended' });
  });

  test('that lowers the cycle is a correction; one that raises it, a change', async () => {
    const id = await told(
      [1, { status: 'active', cycle: 3 }],
      [2, { status: 'active', cycle: 2 }],
      [3, { status: 'active', cycle: 5 }],
    );
    expect(await effects(id)).toEqual(['created', 'correction', 'changed']);
    expect(await standing(query, id)).toMatchObject({ cycle: 5, version: 3 });
  });

  test('without a cycle keeps the known one', async () => {
    const id = await told([1, { status: 'active', cycle: 3 }], [2, { status: 'paused', cycle: null }]);
    expect(await standing(query, id)).toMatchObject({ cycle: 3 });
  });

  test('without customer and product keeps the known ones, with others takes them over', async () => {
    const id = await told([1, { status: 'active', customerId: 'ann', productId: 'p1' }], [2, { status: 'active' }]);
    expect(await standing(query, id)).toMatchObject({ customer_id: 'ann', product_id: 'p1', version: 1 });
    await tell(id, [3, { status: 'active', customerId: 'bob', productId: 'p2' }]);
    expect(await standing(query, id)).toMatchObject({ customer_id: 'bob', product_id: 'p2', version: 2 });
    expect(await effects(id)).toEqual(['created', 'unchanged', 'changed']);
  });

  test('that stops billing clears the next date; an active one that names none keeps it', async () => {
    const id = await told([1, { status: 'active', nextCycleDate: at(20) }], [2, { status: 'active' }]);
    expect(await standing(query, id)).toMatchObject({ next_cycle_date: at(20) });
    await tell(id, [3, { status: 'paused' }]);
    expect(await standing(query, id)).toMatchObject({ next_cycle_date: null });
  });
});

describe('an event that is not newer', () => {
  test('changes nothing but joins the trail as stale, with what it said', async () => {
    const id = await told([
      5,
      { status: 'paused', cycle: 3, customerId: 'ann', nextCycleDate: at(20), createdAt: at(1) },
    ]);
    const before = await standing(query, id);
    const rawData = { _id: id, late: true };
    await tell(id, [
      4,
      { status: 'active', cycle: 9, customerId: 'bob', nextCycleDate: at(25), createdAt: at(1), rawData },
    ]);
    const { audit_head, ...after } = await standing(query, id);
    expect(before).toMatchObject(after);
    expect((await trail(query, id))[1]).toMatchObject({
      effect: 'stale',
      trigger_type: 'active',
      status: 'paused',
      version: 1,
      raw_data: rawData,
      hash: audit_head,
    });
  });

  test('fills what was blank: customer, product, an earlier creation', async () => {
    const id = await told(
      [5, { status: 'paused', createdAt: at(3) }],
      [4, { status: 'active', customerId: 'ann', productId: 'p1', createdAt: at(2) }],
    );
    expect(await standing(query, id)).toMatchObject({
      state: 'paused',
      customer_id: 'ann',
      product_id: 'p1',
      created_at: at(2),
      version: 2,
    });
    expect(await effects(id)).toEqual(['created', 'stale']);
  });

  test('because it came twice, is no second move', async () => {
    const id = await told([1, { status: 'active' }], [2, { status: 'paused' }], [2, { status: 'paused' }]);
    expect(await effects(id)).toEqual(['created', 'moved', 'stale']);
    expect(await standing(query, id)).toMatchObject({ version: 2, state: 'paused' });
  });

  test.each([
    ['active', 'paused'],
    ['paused', 'cancelled'],
    ['active', 'cancelled'],
    ['cancelled', 'ended'],
  ] as const)('at the same time the more final of %s and %s wins, whichever came first', async (less, more) => {
    const ids = [
      await told([2, { status: less }], [2, { status: more }]),
      await told([2, { status: more }], [2, { status: less }]),
    ];
    for (const id of ids) expect(await standing(query, id)).toMatchObject({ status: more });
  });
});

describe('a move made here', () => {
  test('holds against EMR events of its own time and before', async () => {
    const id = await told([1, { status: 'active' }]);
    await act(database.orm, 'pause', id, at(5));
    await tell(id, [4, { status: 'active' }], [5, { status: 'active' }]);
    expect(await standing(query, id)).toMatchObject({ state: 'paused', moved_at: at(5), version: 2 });
    expect(await effects(id)).toEqual(['created', 'moved', 'stale', 'stale']);
  });

  test('is undone by a newer EMR event, which is marked as an override', async () => {
    const id = await told([1, { status: 'active' }]);
    await act(database.orm, 'pause', id, at(5));
    await tell(id, [6, { status: 'active' }]);
    expect(await standing(query, id)).toMatchObject({ state: 'active', version: 3, source_updated_at: at(6) });
    expect(await effects(id)).toEqual(['created', 'moved', 'emr_override']);
  });

  test('that the EMR has confirmed is no override any more when it is changed later', async () => {
    const id = await told([1, { status: 'active' }]);
    await act(database.orm, 'pause', id, at(5));
    await tell(id, [6, { status: 'paused' }], [7, { status: 'active' }]);
    expect(await effects(id)).toEqual(['created', 'moved', 'unchanged', 'moved']);
  });

  test('never lowers a cycle and keeps the next date', async () => {
    const id = await told([1, { status: 'active', cycle: 4, nextCycleDate: at(20) }]);
    await act(database.orm, 'pause', id, at(5));
    await act(database.orm, 'resume', id, at(6));
    expect(await standing(query, id)).toMatchObject({ cycle: 4, next_cycle_date: at(20) });
  });

  test('that was asked for before another and came through after it does not turn the clock back', async () => {
    const id = await told([1, { status: 'active' }]);
    await act(database.orm, 'pause', id, at(6));
    await act(database.orm, 'resume', id, at(5));
    await tell(id, [5, { status: 'cancelled' }], [6, { status: 'cancelled' }]);
    expect(await standing(query, id)).toMatchObject({ state: 'active', moved_at: at(6), updated_at: at(6) });
  });
});

describe('a delivery that is tried again', () => {
  test('is believed by the time it came in, so that one with a wrong clock does not beat what came after it', async () => {
    const id = await told([1, { status: 'active' }]);
    await tell(id, [5, { status: 'active' }]);
    // It came in on the fourth and could be processed on the sixth only.
    const late = { subscriptionId: id, status: 'paused', updatedAt: at(28), heardAt: at(4) } as const;
    await event(database.orm, late, at(6));
    expect(await standing(query, id)).toMatchObject({ state: 'active' });
    expect(await effects(id)).toContain('stale');
  });
});

describe("a sender's clock", () => {
  test('that is up to ten minutes ahead is believed', async () => {
    const id = newId();
    const ahead = '2026-03-10 12:10:00.000';
    await event(database.orm, { subscriptionId: id, status: 'active', updatedAt: ahead }, at(10));
    expect(await standing(query, id)).toMatchObject({ source_updated_at: ahead, updated_at: ahead });
  });

  test('that is further ahead is stored, and does not make later events look old', async () => {
    const id = newId();
    const ahead = '2027-01-01 00:00:00.000';
    await event(database.orm, { subscriptionId: id, status: 'active', updatedAt: ahead }, at(10));
    expect(await standing(query, id)).toMatchObject({ source_updated_at: at(10), updated_at: ahead });
    await event(database.orm, { subscriptionId: id, status: 'cancelled', updatedAt: at(11) }, at(12));
    expect(await standing(query, id)).toMatchObject({ state: 'cancelled', source_updated_at: at(11) });
  });
});

describe('a renewal notice', () => {
  test('moves the next date and neither state nor cycle nor the clock of the status', async () => {
    const id = await told([2, { status: 'paused', cycle: 2 }], [3, { nextCycleDate: at(20), cycle: 7 }]);
    const row = { state: 'paused', cycle: 2, next_cycle_date: at(20), version: 2, source_updated_at: at(2) };
    expect(await standing(query, id)).toMatchObject(row);
    await tell(id, [3, { status: 'active' }]);
    expect(await standing(query, id)).toMatchObject({ state: 'active' });
    expect(await effects(id)).toEqual(['created', 'changed', 'moved']);
  });

  test('that names no date changes nothing', async () => {
    const id = await told([2, { status: 'active', nextCycleDate: at(20) }], [3, {}]);
    expect(await standing(query, id)).toMatchObject({ next_cycle_date: at(20), version: 1 });
    expect(await effects(id)).toEqual(['created', 'unchanged']);
  });
});

test('of many first events at once one makes the subscription and all the others find it', async () => {
  const days = [1, 2, 3, 4, 5, 6, 7, 8];
  for (let round = 0; round < 5; round++) {
    const id = newId();
    await Promise.all(days.map((day) => tell(id, [day, { status: day === 8 ? 'cancelled' : 'active' }])));
    expect(await standing(query, id)).toMatchObject({ state: 'cancelled', source_updated_at: at(8) });
    const entries = await trail(query, id);
    expect(entries.filter((entry) => entry.effect === 'created')).toHaveLength(1);
    expect(entries).toHaveLength(days.length);
  }
});

test('moves here and events of the EMR at once leave one state, and an entry for each that did something', async () => {
  const id = await told([1, { status: 'active' }]);
  const own = [5, 6, 7, 8].map((day) => act(database.orm, day % 2 ? 'pause' : 'resume', id, at(day)));
  const theirs = [5, 6, 7, 8].map((day) => tell(id, [day, { status: day % 2 ? 'active' : 'paused' }]));
  const results = await Promise.all(own);
  await Promise.all(theirs);
  const moved = results.filter((result) => 'auditId' in result);
  expect(await trail(query, id)).toHaveLength(1 + theirs.length + moved.length);
});

test('after all of this the tables do not contradict each other and every chain holds', async () => {
  expect(await contradictions(query)).toEqual([]);
  expect((await verifyAuditChains(query)).broken).toEqual([]);
});
