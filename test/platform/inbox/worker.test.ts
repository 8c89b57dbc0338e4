import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Orm } from '../../../src/platform/database/connect.ts';
import { DeliveryFailure, type Handler } from '../../../src/platform/inbox/delivery.ts';
import { type InboxWorker, startInboxWorker } from '../../../src/platform/inbox/worker.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { emptyTables } from './empty-tables.ts';
import {
  addEffect,
  type EffectTables,
  effects,
  hasEffect,
  type MovingClock,
  movingClock,
  rows,
  silent,
  source,
  store,
} from './inbox-bench.ts';

let database: TestDatabase;
let clock: MovingClock;
let workers: InboxWorker[];

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(() => {
  clock = movingClock();
  workers = [];
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await emptyTables(database.admin, 'outbox', 'webhook_inbox', 'webhook_logs');
});
afterAll(() => database.drop());

function start(handler: Handler<EffectTables>, orm = database.orm): InboxWorker {
  const worker = startInboxWorker({ orm, sources: [source(handler)], clock, log: silent });
  workers.push(worker);
  return worker;
}

const oneEffect: Handler<EffectTables> = async (tx, delivery) => {
  await addEffect(tx, delivery.eventId!);
  return { kind: 'done' };
};

function inboxRow(inboxId: string) {
  return rows<Record<string, unknown>>(
    database.orm,
    'SELECT status, attempts, waiting_for, note FROM webhook_inbox WHERE inbox_id = ?',
    [inboxId],
  ).then(([row]) => row);
}

function logRows(inboxId: string) {
  const sql = `SELECT attempt, outcome, status, error_message, payload IS NOT NULL AS has_payload FROM webhook_logs
    WHERE inbox_id = ? ORDER BY log_id`;
  return rows<Record<string, unknown>>(database.orm, sql, [inboxId]);
}

test('a delivery has its effect, its mark and one log row with the payload', async () => {
  const { inboxId } = await store(database.orm, 'evt_1', clock.now(), { id: 'evt_1', amount: 14_950 });
  await start(oneEffect).idle();
  expect(await effects(database.orm)).toEqual(['evt_1']);
  expect(await inboxRow(inboxId)).toEqual({ status: 'processed', attempts: 1, waiting_for: null, note: null });
  const [log] = await rows<Record<string, unknown>>(database.orm, 'SELECT * FROM webhook_logs');
  expect(log).toMatchObject({
    webhook_type: 'thing.happened',
    source_system: 'test',
    event_id: 'evt_1',
    inbox_id: inboxId,
    attempt: 1,
    outcome: 'processed',
    status: 'success',
    error_message: null,
    payload: { id: 'evt_1', amount: 14_950 },
    received_at: '2025-11-03 12:00:00.000',
  });
});

test('three workers on one database give each of sixty deliveries exactly one effect', async () => {
  const keys = Array.from({ length: 60 }, (_, n) => `evt_${String(n).padStart(2, '0')}`);
  await Promise.all(keys.map((key) => store(database.orm, key, clock.now())));
  await Promise.all([start(oneEffect), start(oneEffect), start(oneEffect)].map((worker) => worker.idle()));
  expect(await effects(database.orm)).toEqual(keys);
  expect(await rows(database.orm, 'SELECT 1 FROM webhook_logs')).toHaveLength(60);
});

test('what had to be asked of others before counts as time of the attempt', async () => {
  const slow = source(oneEffect);
  slow.handlerFor = async () => {
    await new Promise((resolve) => setTimeout(resolve, 40));
    return oneEffect;
  };
  const worker = startInboxWorker({ orm: database.orm, sources: [slow], clock, log: silent });
  workers.push(worker);
  await store(database.orm, 'evt_asked', clock.now());
  await worker.idle();
  const [log] = await rows<{ ms: number }>(database.orm, 'SELECT processing_time_ms AS ms FROM webhook_logs');
  expect(log?.ms).toBeGreaterThanOrEqual(39);
});

test('what a handler wrote before it threw is gone, and the attempt is noted and logged without the words of the error', async () => {
  const { inboxId } = await store(database.orm, 'evt_1', clock.now());
  const worker = start(async (tx, delivery) => {
    await addEffect(tx, delivery.eventId!);
    throw new Error('Marisol Demo, marisol@example.com');
  });
  await worker.idle();
  expect(await effects(database.orm)).toEqual([]);
  expect(await inboxRow(inboxId)).toMatchObject({ status: 'pending', attempts: 1, note: 'Error' });
  expect(await logRows(inboxId)).toEqual([
    { attempt: 1, outcome: 'failed', status: 'failed', error_message: 'Error', has_payload: '1' },
  ]);
});

test('a database error is logged by its numbers, since its message quotes the row', async () => {
  const { inboxId } = await store(database.orm, 'evt_1', clock.now());
  const worker = start(async (tx) => {
    await tx
      .insertInto('outbox')
      .values({ topic: 'x'.repeat(51), subject_id: 's', payload: '{}' })
      .execute();
    return { kind: 'done' };
  });
  await worker.idle();
  expect((await logRows(inboxId))[0]).toMatchObject({ error_message: 'Error (MySQL 1406, SQLSTATE 22001)' });
});

test('a delivery that fails twelve times is dead, after waits that grow from a second to hours', async () => {
  const { inboxId } = await store(database.orm, 'evt_1', clock.now());
  const worker = start(async () => {
    throw new DeliveryFailure('The other system is away.', { retry: true });
  });
  const waits: number[] = [];
  for (let failures = 1; failures < 12; failures++) {
    await worker.idle();
    expect(await inboxRow(inboxId)).toMatchObject({ status: 'pending', attempts: failures });
    const [row] = await rows<{ s: string }>(
      database.orm,
      'SELECT TIMESTAMPDIFF(MICROSECOND, ?, next_attempt_at) / 1000 AS s FROM webhook_inbox',
      [clock.now().toISOString().slice(0, 23)],
    );
    waits.push(Number(row!.s));
    clock.advance(waits.at(-1)!);
  }
  await worker.idle();
  expect(await inboxRow(inboxId)).toMatchObject({ status: 'dead', attempts: 12 });
  expect(waits[0]).toBeGreaterThanOrEqual(750);
  expect(waits[0]).toBeLessThanOrEqual(1_250);
  expect(waits[4]).toBeGreaterThan(60_000);
  expect(Math.max(...waits)).toBeLessThanOrEqual(27_000_000);
  const logs = await logRows(inboxId);
  expect(logs.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(logs.at(-1)).toMatchObject({ outcome: 'dead', error_message: 'The other system is away.', has_payload: '0' });
});

test('a failure that another try cannot help goes into quarantine at once, with the reason', async () => {
  const { inboxId } = await store(database.orm, 'evt_1', clock.now());
  const worker = start(async () => {
    throw new DeliveryFailure('The event carries no object.', { retry: false });
  });
  await worker.idle();
  expect(await inboxRow(inboxId)).toMatchObject({
    status: 'quarantined',
    attempts: 1,
    note: 'The event carries no object.',
  });
});

test('a delivery that loses its connection is counted, so that it cannot be tried for ever', async () => {
  const worker = start(async (tx) => {
    const { rows: found } = await sql<{ id: string }>`SELECT CONNECTION_ID() AS id`.execute(tx);
    await database.admin.em.getConnection().execute(`KILL ${found[0]?.id}`);
    await addEffect(tx, 'never');
    return { kind: 'done' };
  });
  const { inboxId } = await store(database.orm, 'evt_lost', clock.now());
  worker.wake();
  await worker.idle();
  expect(await inboxRow(inboxId)).toMatchObject({ status: 'pending', attempts: 1 });
  expect(await logRows(inboxId)).toMatchObject([{ attempt: 1, outcome: 'failed' }]);
  expect(await effects(database.orm)).toEqual([]);
});

test('a failed attempt that succeeds the second time has one effect and two log rows', async () => {
  const { inboxId } = await store(database.orm, 'evt_1', clock.now());
  const worker = start(async (tx, delivery) => {
    await addEffect(tx, delivery.eventId!);
    if (delivery.attempt === 1) throw new Error('once');
    return { kind: 'done' };
  });
  await worker.idle();
  clock.advance(2_000);
  await worker.idle();
  expect(await effects(database.orm)).toEqual(['evt_1']);
  expect((await logRows(inboxId)).map(({ outcome }) => outcome)).toEqual(['failed', 'processed']);
});

/** Deliveries `parent_N` create what `child_N` waits for. */
const family: Handler<EffectTables> = async (tx, { eventId }) => {
  const [kind, number] = eventId!.split('_');
  if (kind === 'child' && !(await hasEffect(tx, `parent_${number}`))) {
    return { kind: 'parked', waitingFor: `parent:${number}`, note: 'its parent is not here' };
  }
  await addEffect(tx, eventId!);
  return kind === 'parent' ? { kind: 'done', unparks: [`parent:${number}`] } : { kind: 'done' };
};

test('a child that comes first is parked, and applied as soon as its parent is', async () => {
  const child = await store(database.orm, 'child_1', clock.now());
  const worker = start(family);
  await worker.idle();
  expect(await inboxRow(child.inboxId)).toEqual({
    status: 'parked',
    attempts: 1,
    waiting_for: 'parent:1',
    note: 'its parent is not here',
  });
  await store(database.orm, 'parent_1', clock.now());
  await worker.idle();
  expect(await effects(database.orm)).toEqual(['child_1', 'parent_1']);
  expect((await logRows(child.inboxId)).map(({ outcome, status }) => [outcome, status])).toEqual([
    ['parked', 'pending'],
    ['processed', 'success'],
  ]);
});

/** A worker of families in which a child that has found no parent waits, the first time, before it parks. */
function startHesitant() {
  const { promise, resolve: parkNow } = Promise.withResolvers<void>();
  let looks = 0;
  const worker = start(async (tx, delivery, cause) => {
    const outcome = await family(tx, delivery, cause);
    if (outcome.kind === 'parked' && ++looks === 1) await promise;
    return outcome;
  });
  return { worker, parkNow, looks: () => looks };
}

test('a parent that commits between the look-up and the parking of its child is not missed', async () => {
  const child = await store(database.orm, 'child_1', clock.now());
  const { worker, parkNow, looks } = startHesitant();
  await expect.poll(looks).toBe(1);
  const parent = await store(database.orm, 'parent_1', clock.now());
  worker.wake();
  await expect.poll(() => inboxRow(parent.inboxId)).toMatchObject({ status: 'processed' });
  parkNow();
  await worker.idle();
  expect(await inboxRow(child.inboxId)).toMatchObject({ status: 'processed' });
  expect(looks()).toBe(1);
});

/** The same connections, with `wait` before the commit of each transaction that had something to do. */
function withSlowCommits(orm: Orm, wait: () => Promise<void>): Orm {
  const connection = orm.em.getConnection();
  const transactional: typeof connection.transactional = (work, options) =>
    connection.transactional(async (tx) => {
      const result = await work(tx);
      if (result !== null) await wait();
      return result;
    }, options);
  const getClient = () => connection.getClient();
  return { em: { getConnection: () => ({ transactional, getClient }) } } as unknown as Orm;
}

test('a child that parks between the unparking and the commit of its parent is not missed', async () => {
  let commit: () => void = () => undefined;
  const mayCommit = new Promise<void>((resolve) => {
    commit = resolve;
  });
  let waits = 0;
  const parents = start(
    family,
    withSlowCommits(database.orm, async () => {
      waits++;
      await mayCommit;
    }),
  );
  await store(database.orm, 'parent_1', clock.now());
  parents.wake();
  await expect.poll(() => waits).toBe(1);
  const child = await store(database.orm, 'child_1', clock.now());
  const children = start(family);
  await expect.poll(() => inboxRow(child.inboxId)).toMatchObject({ status: 'parked' });
  await children.stop();
  commit();
  await parents.idle();
  expect(await inboxRow(child.inboxId)).toMatchObject({ status: 'processed' });
});

test('a child that somebody locks for a moment just after it was parked has its second look all the same', async () => {
  const child = await store(database.orm, 'child_1', clock.now());
  const { worker, parkNow, looks } = startHesitant();
  await expect.poll(looks).toBe(1);
  const other = database.admin.em.fork();
  await other.begin();
  // Waits for the attempt to end, and has the row before the second look does.
  const locked = other.execute('SELECT 1 FROM webhook_inbox WHERE inbox_id = ? FOR UPDATE', [child.inboxId]);
  await sleep(300);
  await store(database.orm, 'parent_1', clock.now());
  worker.wake();
  await expect.poll(() => effects(database.orm)).toEqual(['parent_1']);
  // It has looked for children once more, and found none.
  await sleep(300);
  parkNow();
  await locked;
  await sleep(300);
  await other.rollback();
  await worker.idle();
  expect(await effects(database.orm)).toEqual(['child_1', 'parent_1']);
});

test('of a hundred parents and children stored at once in any order, none stays parked', async () => {
  const keys = Array.from({ length: 100 }, (_, n) => [`child_${n}`, `parent_${n}`]).flat();
  keys.sort(() => Math.random() - 0.5);
  const both = [start(family), start(family)];
  await Promise.all(keys.map((key) => store(database.orm, key, clock.now()).then(() => both[0]!.wake())));
  await Promise.all(both.map((worker) => worker.idle()));
  expect(await effects(database.orm)).toEqual(keys.toSorted());
});

test('a parent that no delivery brought is noticed all the same, and looking in vain is not logged', async () => {
  const child = await store(database.orm, 'child_1', clock.now());
  const worker = start(family);
  await worker.idle();
  clock.advance(31_000);
  await worker.idle();
  expect(await inboxRow(child.inboxId)).toMatchObject({ status: 'parked', attempts: 1 });
  await rows(database.orm, "INSERT INTO outbox (topic, subject_id, payload) VALUES ('import', 'parent_1', '{}')");
  clock.advance(63_000);
  await worker.idle();
  expect(await inboxRow(child.inboxId)).toMatchObject({ status: 'processed', attempts: 2 });
  expect(await logRows(child.inboxId)).toHaveLength(2);
});

test('a delivery that another instance holds is left to it, and taken over when that one dies', async () => {
  const { inboxId } = await store(database.orm, 'evt_1', clock.now());
  const other = database.admin.em.fork();
  await other.begin();
  await other.execute('SELECT 1 FROM webhook_inbox WHERE inbox_id = ? FOR UPDATE', [inboxId]);
  const worker = start(oneEffect);
  await store(database.orm, 'evt_2', clock.now());
  worker.wake();
  await expect.poll(() => effects(database.orm)).toEqual(['evt_2']);
  await other.rollback();
  await worker.idle();
  expect(await effects(database.orm)).toEqual(['evt_1', 'evt_2']);
});

test('a stopped worker finishes what it began and takes nothing new', async () => {
  const worker = start(oneEffect);
  await worker.idle();
  await worker.stop();
  await store(database.orm, 'evt_1', clock.now());
  worker.wake();
  await worker.stop();
  expect(await effects(database.orm)).toEqual([]);
});

test('the cause of a change names the sender and the public id of the delivery', async () => {
  const { inboxId } = await store(database.orm, 'evt_1', clock.now());
  const causes: unknown[] = [];
  const worker = start(async (_tx, _delivery, cause) => {
    causes.push(cause);
    return { kind: 'ignored', note: 'nothing to do' };
  });
  await worker.idle();
  const [row] = await rows<{ public_id: string }>(database.orm, 'SELECT public_id FROM webhook_inbox');
  const at = '2025-11-03 12:00:00.000';
  const correlationId = row!.public_id;
  expect(causes).toEqual([{ actor: 'test', actorRole: 'system', source: 'webhook', correlationId, at }]);
  expect(await inboxRow(inboxId)).toMatchObject({ status: 'ignored', note: 'nothing to do' });
});
