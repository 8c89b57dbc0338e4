import { expect } from 'vitest';
import type { Query } from '../../../../src/platform/database/query.ts';
import { type Entry, standing, trail } from '../standing.ts';
import type { RealServer } from './real-server.ts';
import { faceOf, type ModelEntry, type SubscriptionModel, stateOf, textOf } from './subscription-model.ts';
import { shownOf, type World } from './world.ts';

/** Fails unless tables, trails, notes, keys and the graph say of each subscription of the world what the model says. */
export async function mustAgree(server: RealServer, world: World): Promise<void> {
  const shown = await server.shown(world.ids);
  for (const [index, sub] of world.subs.entries()) {
    const id = world.ids[index] ?? '';
    const entries = await trail(server.query, id);
    expect(entries.map(entryOf)).toEqual(sub.trail.map(expectedEntry));
    expect(facesAlong(entries)).toEqual(sub.trail.map(({ face }) => face));
    expect(carriedOn(entries)).toEqual(sub.trail.map(({ continues }) => continues && sub.trail.indexOf(continues)));
    expect(await rowOf(server.query, id, entries)).toEqual(expectedRow(sub));
    expect(await notesOf(server.query, id)).toEqual(sub.notes.map(expectedNote));
    expect(shown.get(id)).toEqual(shownOf(sub));
  }
  expect(await keysOf(server.query, world)).toEqual([...world.keys.keys()].map(mutationAndKey).sort());
}

/** The row and its details; `standing` itself fails unless there is exactly one of each. */
async function rowOf(query: Query, id: string, entries: Entry[]) {
  const row = await standing(query, id);
  return {
    face: {
      status: row.status,
      cycle: row.cycle,
      customerId: row.customer_id,
      productId: row.product_id,
      nextCycleDate: row.next_cycle_date,
      scheduledAction: row.scheduled_action,
      scheduledAt: row.scheduled_at,
      skippedDates: row.skipped_dates ?? [],
      createdAt: row.created_at,
    },
    state: row.state,
    version: row.version,
    updatedAt: row.updated_at,
    isHeadOfChain: row.audit_head === entries.at(-1)?.hash,
  };
}

function expectedRow(sub: SubscriptionModel): Awaited<ReturnType<typeof rowOf>> {
  const { status, version, updatedAt } = sub;
  return { face: faceOf(sub), state: stateOf(status), version, updatedAt: textOf(updatedAt), isHeadOfChain: true };
}

function entryOf(entry: Entry, index: number, all: Entry[]) {
  const { trigger_type, effect, version, previous_status, actor_role, source, reason } = entry;
  return {
    ...{ trigger_type, effect, version, previous_status, actor_role, source, reason },
    at: entry.webhook_received_at,
    updated_at: entry.updated_at,
    columns: [entry.status, entry.cycle, entry.customer_id, entry.product_id, entry.created_at],
    followsTheOneBefore: entry.previous_hash === (all[index - 1]?.hash ?? null),
  };
}

function expectedEntry({ face, ...entry }: ModelEntry): ReturnType<typeof entryOf> {
  return {
    trigger_type: entry.trigger,
    effect: entry.effect,
    version: entry.version,
    previous_status: entry.previousStatus,
    actor_role: entry.by,
    source: entry.source,
    reason: entry.reason,
    at: textOf(entry.at),
    updated_at: textOf(entry.updatedAt),
    columns: [face.status, face.cycle, face.customerId, face.productId, face.createdAt],
    followsTheOneBefore: true,
  };
}

const BLANK = {
  customerId: null,
  productId: null,
  nextCycleDate: null,
  scheduledAction: null,
  scheduledAt: null,
  skippedDates: [],
};

/** What the changes of the entries, folded one after the other, make of a blank subscription after each. */
function facesAlong(entries: Entry[]): object[] {
  let face: Record<string, unknown> = BLANK;
  return entries.map(({ changes }) => {
    for (const [field, [before, after]] of Object.entries(changes ?? {})) {
      expect(before ?? []).toEqual(face[field] ?? []);
      expect(after).not.toEqual(before);
      face = { ...face, [field]: after };
    }
    return face;
  });
}

/** For each entry the place of the first with the same correlation id, if that is another one. */
function carriedOn(entries: Entry[]): (number | null)[] {
  const ids = entries.map(({ correlation_id }) => correlation_id);
  return ids.map((id, index) => (ids.indexOf(id) === index ? null : ids.indexOf(id)));
}

async function notesOf(query: Query, id: string) {
  const notes = await query<{ payload: Record<string, unknown> }>(
    'SELECT payload FROM outbox WHERE subject_id = ? ORDER BY outbox_id',
    [id],
  );
  return notes.map(({ payload: { correlationId, ...said } }) => said);
}

function expectedNote({ action, version, face }: SubscriptionModel['notes'][number]) {
  const { status, cycle, productId, nextCycleDate } = face;
  return { action, status, version, cycle, productId, nextCycleDate };
}

async function keysOf(query: Query, { ids }: World): Promise<string[]> {
  const keys = await query<{ name: string }>(
    `SELECT CONCAT(mutation, ': ', idempotency_key) AS name FROM idempotency_keys
      WHERE idempotency_key IN (?) ORDER BY mutation, idempotency_key`,
    [['k1', 'k2', 'k3'].map((key) => `${key} of ${ids[0]}`)],
  );
  return keys.map(({ name }) => name).sort();
}

function mutationAndKey(owner: string): string {
  const [, mutation, key] = JSON.parse(owner) as string[];
  return `${mutation}: ${key}`;
}
