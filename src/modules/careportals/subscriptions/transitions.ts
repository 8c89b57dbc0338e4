import type { Instant } from '../../../platform/database/instant.ts';
import { type Refusal, refusal, UserErrorCode } from '../../../platform/refusal.ts';
import type { SubscriptionState } from './subscription.entity.ts';

/** A state, or a state with a change that is scheduled: `ending` is active, `pausedUntil` is paused. */
export type Standing = 'active' | 'ending' | 'paused' | 'pausedUntil' | 'cancelled';

/** Who may ask: the roles that may write, and `system` for what falls due by itself. */
export type Asker = 'customer' | 'support' | 'admin' | 'system';

interface Rule {
  /** For people, at the beginning of a sentence. */
  called: string;
  /** Where it leads from each standing that allows it. */
  leads: Partial<Record<Standing, Standing>>;
  by: readonly Asker[];
  needs: readonly Need[];
}

const ANYBODY: readonly Asker[] = ['customer', 'support', 'admin'];
/** Also what was scheduled, when it falls due. */
const ANYBODY_OR_DUE: readonly Asker[] = [...ANYBODY, 'system'];
const STAFF: readonly Asker[] = ['support', 'admin'];
const ADMIN: readonly Asker[] = ['admin'];

/** What may be done to a subscription by our mutations and jobs. CarePortals itself may do anything. */
export const RULES = {
  pause: { called: 'Pausing', leads: { active: 'paused' }, by: ANYBODY, needs: [] },
  pause_until: { called: 'Pausing', leads: { active: 'pausedUntil' }, by: ANYBODY, needs: [] },
  pause_for_cycles: {
    called: 'Pausing',
    leads: { active: 'pausedUntil' },
    by: ANYBODY,
    needs: ['upcomingCycle', 'cycleLength'],
  },
  resume: { called: 'Resuming', leads: { paused: 'active', pausedUntil: 'active' }, by: ANYBODY_OR_DUE, needs: [] },
  resume_at: {
    called: 'Resuming',
    leads: { paused: 'pausedUntil', pausedUntil: 'pausedUntil' },
    by: ANYBODY,
    needs: [],
  },
  cancel: {
    called: 'Cancelling',
    leads: { active: 'cancelled', ending: 'cancelled', paused: 'cancelled', pausedUntil: 'cancelled' },
    by: ANYBODY_OR_DUE,
    needs: [],
  },
  cancel_at_cycle_end: {
    called: 'Cancelling at the end of the cycle',
    leads: { active: 'ending' },
    by: ANYBODY,
    needs: ['upcomingCycle'],
  },
  undo_scheduled_change: {
    called: 'Calling off a plan',
    leads: { ending: 'active', pausedUntil: 'paused' },
    by: ANYBODY,
    needs: [],
  },
  reactivate: { called: 'Reactivating', leads: { cancelled: 'active' }, by: ADMIN, needs: [] },
  reschedule: { called: 'Rescheduling', leads: { active: 'active' }, by: STAFF, needs: [] },
  skip: { called: 'Skipping a cycle', leads: { active: 'active' }, by: STAFF, needs: ['upcomingCycle', 'cycleLength'] },
  unskip: { called: 'Taking a skip back', leads: { active: 'active' }, by: STAFF, needs: ['skippedCycle'] },
  swap_product: {
    called: 'Swapping the product',
    leads: { active: 'active', paused: 'paused', pausedUntil: 'pausedUntil' },
    by: STAFF,
    needs: [],
  },
  advance_cycle: { called: 'Advancing the cycle', leads: { active: 'active' }, by: ADMIN, needs: [] },
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof RULES;

/** What the rules look at. */
export interface Subject {
  state: SubscriptionState;
  scheduledAction: 'resume' | 'cancel' | null;
  nextCycleDate: Instant | null;
  /** Dates that were skipped, oldest first. */
  skippedDates: readonly Instant[];
  /** Days of one cycle; null if the product, or its duration, is unknown. */
  cycleDays: number | null;
}

/** What a rule may need to be known; each with the sentence for when it is not. */
export const NEEDS = {
  upcomingCycle: {
    isMet: ({ nextCycleDate }: Subject, now: Instant) => nextCycleDate !== null && nextCycleDate > now,
    inShort: 'a next cycle date that lies ahead',
    message: 'The date of its next cycle is not known, or has passed.',
  },
  cycleLength: {
    isMet: ({ cycleDays }: Subject) => cycleDays !== null,
    inShort: 'a product with a cycle length',
    message: 'The length of its cycle is not known: it has no product, or the product has no renewal cycle duration.',
  },
  skippedCycle: {
    isMet: ({ skippedDates }: Subject, now: Instant) => (skippedDates.at(-1) ?? '') > now,
    inShort: 'a skipped date that lies ahead',
    message: 'No skipped cycle lies ahead.',
  },
} as const;

type Need = keyof typeof NEEDS;

/** Null if the rule allows it; else the refusal, in this order: who asks, where it stands, what is known. */
export function whyNot(name: RuleName, subject: Subject, asker: Asker, now: Instant): Refusal | null {
  const rule: Rule = RULES[name];
  if (!rule.by.includes(asker)) return refusal(UserErrorCode.NOT_ALLOWED, whoMay(rule), 'input');
  if (rule.leads[standingOf(subject)] === undefined) return notFrom(name, rule, standingOf(subject));
  const unmet = rule.needs.find((need) => !NEEDS[need].isMet(subject, now));
  return unmet === undefined ? null : invalid(NEEDS[unmet].message);
}

export function standingOf({ state, scheduledAction }: Pick<Subject, 'state' | 'scheduledAction'>): Standing {
  if (scheduledAction === null) return state;
  return scheduledAction === 'cancel' ? 'ending' : 'pausedUntil';
}

/** The state behind a standing, and the change that is scheduled in it. */
export const STANDINGS: Record<Standing, Pick<Subject, 'state' | 'scheduledAction'>> = {
  active: { state: 'active', scheduledAction: null },
  ending: { state: 'active', scheduledAction: 'cancel' },
  paused: { state: 'paused', scheduledAction: null },
  pausedUntil: { state: 'paused', scheduledAction: 'resume' },
  cancelled: { state: 'cancelled', scheduledAction: null },
};

/** Changes of state that are open to more than admins, as `subscription_status_transitions` lists them. */
export function openTransitions(): { from: SubscriptionState; to: SubscriptionState }[] {
  const steps = Object.values(RULES as Record<string, Rule>)
    .filter((rule) => rule.by.some((asker) => asker !== 'admin'))
    .flatMap((rule) => Object.entries(rule.leads) as [Standing, Standing][])
    .map(([from, to]) => ({ from: STANDINGS[from].state, to: STANDINGS[to].state }))
    .filter(({ from, to }) => from !== to);
  return [...new Map(steps.map((step) => [`${step.from} ${step.to}`, step])).values()];
}

/** The table for an EMR status: an ended subscription rests with the cancelled ones. */
export function stateOf(status: 'active' | 'paused' | 'cancelled' | 'ended'): SubscriptionState {
  return status === 'ended' ? 'cancelled' : status;
}

function whoMay({ called, by }: Rule): string {
  const plural = { customer: 'customers', support: 'support', admin: 'admins', system: 'the schedule' };
  return `${called} is for ${by.map((asker) => plural[asker]).join(' and ')} only.`;
}

function notFrom(name: RuleName, { called, leads }: Rule, standing: Standing): Refusal {
  const { state } = STANDINGS[standing];
  if (name === 'undo_scheduled_change') return invalid('Nothing is scheduled that could be undone.');
  if (standing === 'ending' && leads.active !== undefined) {
    return invalid('Its cancellation is scheduled. Undo that first.');
  }
  const leadsHere = isMove(leads) && Object.values(leads).some((to) => STANDINGS[to].state === state);
  if (leadsHere) return invalid(`The subscription is ${state} already.`);
  const mend = state === 'paused' && leads.active !== undefined ? ' Resume it first.' : '';
  return invalid(`${called} is not possible while a subscription is ${state}.${mend}`);
}

/** Whether the rule changes the state at all, so that "already" makes sense. */
function isMove(leads: Rule['leads']): boolean {
  return Object.entries(leads).some(([from, to]) => STANDINGS[from as Standing].state !== STANDINGS[to].state);
}

function invalid(message: string): Refusal {
  return refusal(UserErrorCode.INVALID_TRANSITION, message, 'input', 'subscriptionId');
}
