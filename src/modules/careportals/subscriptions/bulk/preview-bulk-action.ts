import { CompiledQuery } from 'kysely';
import type { Cause } from '../../../../platform/cause.ts';
import type { Instant } from '../../../../platform/database/instant.ts';
import type { Condition } from '../../../../platform/read/source.ts';
import { type Refusal, UserErrorCode } from '../../../../platform/refusal.ts';
import type { Tx } from '../../tables.ts';
import { atCycleEnd } from '../cancel-subscription.ts';
import type { Change } from '../change-subscription.ts';
import { cycleDaysOf } from '../lock-subscription.ts';
import { afterCycles } from '../pause-subscription.ts';
import { movedTo } from '../reschedule-subscription.ts';
import { plannedFor } from '../resume-subscription.ts';
import { withoutNext } from '../skip-subscription-cycle.ts';
import { subscriptions } from '../subscription.source.ts';
import { SubscriptionAction } from '../subscription-action.ts';
import { whyNotAnother } from '../swap-subscription-product.ts';
import { type Asker, type Subject, whyNot } from '../transitions.ts';
import { type BulkAction, ruleOf } from './bulk-action.ts';
import { type BulkSelection, conditionOf, whyTooMany } from './bulk-selection.ts';
import { whyNotAtAll } from './why-not-at-all.ts';

/** What a bulk action would do to the subscriptions as they stand now. */
export interface BulkForecast {
  total: number;
  allowed: number;
  refused: number;
  refusals: { code: UserErrorCode; count: number }[];
}

/** A subscription as far as the rules look at it. */
interface Candidate extends Subject {
  subscriptionId: string;
  productId: string | null;
  scheduledAt: Instant | null;
}

/** Subscriptions in one read. */
const BATCH = 5_000;

/** Asks the rules of every selected subscription what they would say, and changes nothing. */
export async function previewBulkAction(
  tx: Tx,
  cause: Cause,
  { asked, selection }: { asked: BulkAction; selection: BulkSelection },
): Promise<BulkForecast | { refusal: Refusal }> {
  const refusal = (await whyNotAtAll(tx, asked, cause.at)) ?? (await whyTooMany(tx, selection));
  if (refusal !== null) return { refusal };
  const refusals = new Map<UserErrorCode, number>();
  let found = 0;
  for await (const batch of batches(tx, conditionOf(selection))) {
    found += batch.length;
    for (const candidate of batch) count(refusals, whyNotThis(asked, candidate, cause)?.code, 1);
  }
  const total = 'ids' in selection ? selection.ids.length : found;
  if (total > found) count(refusals, UserErrorCode.NOT_FOUND, total - found);
  return forecast(total, refusals);
}

function count(refusals: Map<UserErrorCode, number>, code: UserErrorCode | undefined, by: number): void {
  if (code !== undefined) refusals.set(code, (refusals.get(code) ?? 0) + by);
}

function forecast(total: number, refusals: Map<UserErrorCode, number>): BulkForecast {
  const sorted = [...refusals].map(([code, count]) => ({ code, count })).toSorted((a, b) => b.count - a.count);
  const refused = sorted.reduce((sum, { count }) => sum + count, 0);
  return { total, allowed: total - refused, refused, refusals: sorted };
}

/** As the verb itself would decide: the rule first, then what it asks of the row. */
function whyNotThis(asked: BulkAction, candidate: Candidate, { actorRole, at }: Cause): Refusal | null {
  const refused = whyNot(ruleOf(asked), candidate, actorRole as Asker, at);
  if (refused !== null) return refused;
  const outcome = outcomeOf(asked, candidate, at);
  return outcome !== null && 'code' in outcome ? outcome : null;
}

function outcomeOf(asked: BulkAction, candidate: Candidate, now: Instant): Change | Refusal | null {
  const { action, cycles, resumeAt, nextCycleDate, productId } = asked;
  if (cycles !== null) return afterCycles(candidate, cycles, now);
  if (action === SubscriptionAction.RESUME && resumeAt !== null) return plannedFor(candidate, resumeAt);
  if (asked.atCycleEnd) return atCycleEnd(candidate, now);
  if (action === SubscriptionAction.SKIP) return withoutNext(candidate, now);
  if (nextCycleDate !== null) return movedTo(candidate, nextCycleDate);
  return productId === null ? null : whyNotAnother(candidate, productId);
}

async function* batches(tx: Tx, where: Condition): AsyncGenerator<Candidate[], void> {
  for (let after = ''; ; ) {
    const { rows } = await tx.executeQuery<Stored>(batchAfter(after, where));
    yield rows.map(candidateOf);
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    after = last.subscriptionId;
  }
}

type Stored = Omit<Candidate, 'cycleDays' | 'skippedDates'> & {
  skippedDates: Instant[] | null;
  renewalCycleDuration: number | null;
};

function candidateOf({ skippedDates, renewalCycleDuration, ...row }: Stored): Candidate {
  return { ...row, skippedDates: skippedDates ?? [], cycleDays: cycleDaysOf(renewalCycleDuration) };
}

function batchAfter(after: string, where: Condition): CompiledQuery<Stored> {
  const arms = subscriptions.from.map(
    (from) => `(SELECT s.subscription_id AS subscriptionId, s.state, s.scheduled_action AS scheduledAction,
        s.scheduled_at AS scheduledAt, s.next_cycle_date AS nextCycleDate, s.skipped_dates AS skippedDates, d.product_id AS productId,
        p.renewal_cycle_duration AS renewalCycleDuration
      FROM ${from} LEFT JOIN products p ON p.product_id = d.product_id
      WHERE s.subscription_id > ? AND (${where.sql}) ORDER BY s.subscription_id LIMIT ${BATCH})`,
  );
  const params = subscriptions.from.flatMap(() => [after, ...where.params]);
  return CompiledQuery.raw(`${arms.join(' UNION ALL ')} ORDER BY subscriptionId LIMIT ${BATCH}`, params);
}
