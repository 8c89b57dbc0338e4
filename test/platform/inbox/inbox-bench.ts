import type { Kysely } from 'kysely';
import type { Clock } from '../../../src/platform/clock.ts';
import type { Orm } from '../../../src/platform/database/connect.ts';
import type { Handler } from '../../../src/platform/inbox/delivery.ts';
import type { InboxSource } from '../../../src/platform/inbox/inbox-source.ts';
import { storeDelivery } from '../../../src/platform/inbox/store-delivery.ts';
import { createLog } from '../../../src/platform/log.ts';

/** The effect of a delivery in these tests: a row in the outbox, whose subject names it. */
export interface EffectTables {
  outbox: { topic: string; subject_id: string; payload: string };
}

export const silent = createLog('silent');

export interface MovingClock extends Clock {
  advance(ms: number): void;
}

/** Stands still until it is moved. */
export function movingClock(start = new Date('2025-11-03T12:00:00.000Z')): MovingClock {
  let now = start.getTime();
  return {
    now: () => new Date(now),
    advance: (ms) => {
      now += ms;
    },
  };
}

/** A source that believes everybody and applies each delivery with `handler`. */
export function source(handler: Handler<EffectTables>): InboxSource<EffectTables> {
  return {
    sourceSystem: 'test',
    paths: ['/webhooks/test'],
    verify: () => ({ status: 400, error: 'Not used here.' }),
    handlerFor: () => handler,
  };
}

export async function store(orm: Orm, eventKey: string, receivedAt: Date, payload: unknown = { id: eventKey }) {
  const delivery = {
    eventKey,
    eventType: 'thing.happened',
    eventId: eventKey,
    payload,
    receivedAt,
    sourceSystem: 'test',
  };
  return storeDelivery(orm, delivery);
}

export async function addEffect(tx: Kysely<EffectTables>, subject: string): Promise<void> {
  await tx.insertInto('outbox').values({ topic: 'test', subject_id: subject, payload: '{}' }).execute();
}

export async function hasEffect(tx: Kysely<EffectTables>, subject: string): Promise<boolean> {
  const row = await tx.selectFrom('outbox').select('subject_id').where('subject_id', '=', subject).executeTakeFirst();
  return row !== undefined;
}

export function rows<Row>(orm: Orm, sql: string, params: unknown[] = []): Promise<Row[]> {
  return orm.em.getConnection().execute(sql, params) as unknown as Promise<Row[]>;
}

export async function effects(orm: Orm): Promise<string[]> {
  const found = await rows<{ subject_id: string }>(orm, 'SELECT subject_id FROM outbox ORDER BY subject_id');
  return found.map((row) => row.subject_id);
}
