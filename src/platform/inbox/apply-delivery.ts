import type { Compilable, Kysely } from 'kysely';
import type { Cause } from '../cause.ts';
import type { Clock } from '../clock.ts';
import type { Orm } from '../database/connect.ts';
import { inOneRoundTrip } from '../database/in-one-round-trip.ts';
import { fromInstant, type Instant, toInstant } from '../database/instant.ts';
import { inTransaction } from '../database/transaction.ts';
import { type AttemptOutcome, attemptRow } from './attempt-row.ts';
import { parkedDelayMs } from './back-off.ts';
import type { Handler, Outcome } from './delivery.ts';
import type { DueDelivery } from './due-deliveries.ts';
import type { InboxTables } from './inbox-tables.ts';
import { subjectRows } from './subject-rows.ts';
import { awaitedNames, unpark, waitName } from './unpark.ts';

export interface Applied {
  outcome: AttemptOutcome;
  /** Names that were unparked with it. */
  unparks: string[];
  /** It waits for something that it did not wait for before. */
  newlyParked: boolean;
}

/**
 * One attempt in one transaction: the effect, the mark in the inbox, the row in webhook_logs and the unparking of
 * others commit together or not at all. The lock on the inbox row is the lease: it lasts as long as the transaction.
 * A crash ends both at once, and a standstill when MySQL has waited long enough for the next statement (GuardedDriver).
 * @param early takes the delivery before its time. @param began by performance.now(): what was asked over the network
 * before counts as time of the attempt.
 * @returns null if the delivery is locked by another instance or no longer stands as it was found.
 */
export function applyDelivery<Tables>(
  orm: Orm,
  clock: Clock,
  delivery: DueDelivery,
  handler: Handler<Tables>,
  { early, began }: { early: boolean; began: number },
): Promise<Applied | null> {
  return inTransaction<InboxTables, Applied | null>(orm, async (tx) => {
    const now = toInstant(clock.now());
    const row = await lock(tx, delivery, early ? null : now);
    if (!row) return null;
    // The tables of the inbox and the handler's are in one schema; neither needs to know the other's.
    const outcome = await handler(tx as unknown as Kysely<Tables>, delivery, causeOf(delivery, now));
    const applied = appliedAs(outcome, [row.waiting_for, row.or_waiting_for]);
    await unpark(tx, applied.unparks, now);
    const ms = performance.now() - began;
    await inOneRoundTrip(tx, [
      mark(tx, delivery, outcome, applied, now),
      ...subjectRows(tx, delivery.inboxId, outcome.subjects ?? []),
      // Parked as before: nothing has happened that a log should tell.
      ...(countsAsAttempt(applied) ? [attemptRow(tx, delivery, applied.outcome, ms)] : []),
    ]);
    return applied;
  });
}

function lock(tx: Kysely<InboxTables>, delivery: DueDelivery, dueAt: Instant | null) {
  const row = tx
    .selectFrom('webhook_inbox')
    .select(['waiting_for', 'or_waiting_for'])
    .where('inbox_id', '=', delivery.inboxId)
    .where('status', 'in', ['pending', 'parked'])
    .where('attempts', '=', delivery.attempt - 1)
    .forUpdate();
  // A second look has to be had: another worker, which still thinks that it is the first, holds the row for a moment only
  // to find that it is not; and whoever holds it for longer does what we would.
  return (dueAt === null ? row : row.where('next_attempt_at', '<=', dueAt).skipLocked()).executeTakeFirst();
}

/** The cause of whatever a delivery changes. */
export function causeOf({ sourceSystem, publicId }: DueDelivery, at: Instant): Cause {
  return { actor: sourceSystem, actorRole: 'system', source: 'webhook', correlationId: publicId, at };
}

function appliedAs(outcome: Outcome, waitedFor: (string | null)[]): Applied {
  if (outcome.kind === 'parked') {
    const newlyParked = awaitedNames(outcome).some((name) => !waitedFor.includes(name));
    return { outcome: 'parked', unparks: [], newlyParked };
  }
  const unparks = outcome.kind === 'quarantined' ? [] : (outcome.unparks ?? []);
  return { outcome: outcome.kind === 'done' ? 'processed' : outcome.kind, unparks, newlyParked: false };
}

function countsAsAttempt({ outcome, newlyParked }: Applied): boolean {
  return outcome !== 'parked' || newlyParked;
}

function mark(
  tx: Kysely<InboxTables>,
  delivery: DueDelivery,
  outcome: Outcome,
  applied: Applied,
  now: Instant,
): Compilable {
  const parked = outcome.kind === 'parked';
  return tx
    .updateTable('webhook_inbox')
    .set((row) => ({
      status: outcome.kind === 'done' ? 'processed' : outcome.kind,
      waiting_for: parked ? waitName(outcome.waitingFor) : null,
      or_waiting_for: parked && outcome.orWaitingFor !== undefined ? waitName(outcome.orWaitingFor) : null,
      attempts: countsAsAttempt(applied) ? delivery.attempt : delivery.attempt - 1,
      next_attempt_at: parked ? nextLook(delivery, now) : now,
      note: outcome.note?.slice(0, 255) ?? null,
      finished_at: parked ? null : now,
      parked_at: parked ? row.fn.coalesce('parked_at', row.val(now)) : null,
    }))
    .where('inbox_id', '=', delivery.inboxId);
}

function nextLook(delivery: DueDelivery, now: Instant): Instant {
  const nowMs = fromInstant(now).getTime();
  return toInstant(new Date(nowMs + parkedDelayMs(nowMs - fromInstant(delivery.receivedAt).getTime())));
}
