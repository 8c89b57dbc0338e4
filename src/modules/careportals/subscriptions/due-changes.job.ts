import { toInstant } from '../../../platform/database/instant.ts';
import { inTransaction, isAway, RetryLater } from '../../../platform/database/transaction.ts';
import type { Job, JobParts } from '../../../platform/jobs/job.ts';
import type { Tx } from '../tables.ts';
import { applyDueChange, takeDueChange } from './apply-due-change.ts';

/** How long one that failed is left alone, so that the others go on, in milliseconds. */
const LEAVE_ALONE_MS = 60_000;

/** The same for one that somebody else holds locked. */
const BUSY_MS = 2_000;

/** Carries out what was scheduled for subscriptions when its time has come: one transaction each, shared by all instances. */
export function dueChangesJob(): Job {
  /** Until when, by the subscription. */
  const failed = new Map<string, number>();
  return {
    name: 'scheduled subscription changes',
    everyMs: 1_000,
    atOnce: 2,
    doNext: async (parts) => {
      forgetPast(failed, parts.clock.now().getTime());
      return carryOutNext(parts, failed);
    },
  };
}

async function carryOutNext({ orm, clock, log }: JobParts, failed: Map<string, number>): Promise<boolean> {
  const now = clock.now();
  let taken: string | null = null;
  try {
    return await inTransaction(orm, async (tx: Tx) => {
      const due = await takeDueChange(tx, toInstant(now), [...failed.keys()]);
      taken = due?.subscriptionId ?? null;
      if (due === null) return false;
      const result = await applyDueChange(tx, due, toInstant(now));
      if ('refusal' in result) throw new Error(`A scheduled ${due.action} was refused: ${result.refusal.code}`);
      return true;
    });
  } catch (error) {
    if (taken === null || isAway(error)) throw error;
    const isBusy = error instanceof RetryLater;
    failed.set(taken, now.getTime() + (isBusy ? BUSY_MS : LEAVE_ALONE_MS));
    log[isBusy ? 'warn' : 'error'](
      { err: error, operation: 'scheduled subscription change' },
      'it is tried again later',
    );
    return true;
  }
}

function forgetPast(failed: Map<string, number>, nowMs: number): void {
  for (const [subscriptionId, until] of failed) if (until <= nowMs) failed.delete(subscriptionId);
}
