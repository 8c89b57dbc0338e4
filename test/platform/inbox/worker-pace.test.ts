import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { DeliveryFailure, type Handler } from '../../../src/platform/inbox/delivery.ts';
import { type InboxWorker, startInboxWorker } from '../../../src/platform/inbox/worker.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { emptyTables } from './empty-tables.ts';
import {
  addEffect,
  type EffectTables,
  effects,
  type MovingClock,
  movingClock,
  rows,
  silent,
  source,
  store,
} from './inbox-bench.ts';

let database: TestDatabase;
let clock: MovingClock;
let worker: InboxWorker | undefined;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(() => {
  clock = movingClock();
});
afterEach(async () => {
  await worker?.stop();
  await emptyTables(database.admin, 'outbox', 'webhook_inbox', 'webhook_logs');
});
afterAll(() => database.drop());

function start(handler: Handler<EffectTables>, isRush?: () => boolean): InboxWorker {
  worker = startInboxWorker({ orm: database.orm, sources: [source(handler)], clock, log: silent, isRush });
  return worker;
}

test('while deliveries rush in they are worked on one at a time, and four at a time when that is over', async () => {
  let [isRush, atWork, most] = [true, 0, 0];
  const { promise: fourAtWork, resolve: allHere } = Promise.withResolvers<void>();
  const handler: Handler<EffectTables> = async (tx, delivery) => {
    most = Math.max(most, ++atWork);
    if (atWork === 4) allHere();
    // The first says that the rush is over; those after it wait for one another.
    if (delivery.eventId?.startsWith('calm') && !isRush) await fourAtWork;
    if (delivery.eventId?.startsWith('calm')) isRush = false;
    await new Promise((resolve) => setTimeout(resolve, 5));
    return addEffect(tx, delivery.eventId!).then(() => {
      atWork--;
      return { kind: 'done' };
    });
  };
  const storeTwenty = (name: string) =>
    Promise.all(Array.from({ length: 20 }, (_, n) => store(database.orm, `${name}_${n}`, clock.now())));
  await storeTwenty('rush');
  const worker = start(handler, () => isRush);
  await worker.idle();
  expect([(await effects(database.orm)).length, most]).toEqual([20, 1]);
  await storeTwenty('calm');
  worker.wake();
  await worker.idle();
  expect([(await effects(database.orm)).length, most]).toEqual([40, 4]);
});

test('a delivery that a person had tried again has twelve new attempts, after short waits to begin with', async () => {
  const worker = start(async () => {
    throw new DeliveryFailure('The other system is away.', { retry: true });
  });
  for (const [attempts, left] of [
    [12, 'pending'],
    [23, 'dead'],
  ] as const) {
    const { inboxId } = await store(database.orm, `evt_${attempts}`, clock.now());
    await rows(
      database.orm,
      'UPDATE webhook_inbox SET attempts = ?, attempts_before_replay = 12, next_attempt_at = ? WHERE inbox_id = ?',
      [attempts, clock.now().toISOString().slice(0, 23), inboxId],
    );
    await worker.idle();
    const found = await rows(database.orm, 'SELECT status, attempts FROM webhook_inbox WHERE inbox_id = ?', [inboxId]);
    expect(found).toEqual([{ status: left, attempts: attempts + 1 }]);
    clock.advance(1_250);
  }
  // The first of them is due again by now.
  await worker.idle();
  expect(await rows(database.orm, 'SELECT attempts FROM webhook_inbox ORDER BY attempts')).toEqual([
    { attempts: 14 },
    { attempts: 24 },
  ]);
});

test('a delivery is taken by one slot, however often the worker is woken while it looks for what is due', async () => {
  const taken: string[] = [];
  const counting = source(async (tx, delivery) => {
    await addEffect(tx, delivery.eventId!);
    return { kind: 'done' };
  });
  const handlerFor = counting.handlerFor.bind(counting);
  counting.handlerFor = (delivery) => {
    taken.push(delivery.eventId!);
    return handlerFor(delivery);
  };
  worker = startInboxWorker({ orm: database.orm, sources: [counting], clock, log: silent });
  for (let n = 0; n < 20; n++) {
    worker.wake();
    await store(database.orm, `evt_${n}`, clock.now());
    worker.wake();
    await new Promise((resolve) => setImmediate(resolve));
    worker.wake();
    await worker.idle();
  }
  expect(taken).toEqual(Array.from({ length: 20 }, (_, n) => `evt_${n}`));
});
