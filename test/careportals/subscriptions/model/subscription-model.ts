/** Milliseconds since 1970: the model does not reckon with texts, as the program does. */
export type Ms = number;

export const DAY: Ms = 24 * 60 * 60_000;

export type Status = 'active' | 'paused' | 'cancelled' | 'ended';
export type Field = 'customerId' | 'productId' | 'cycle' | 'nextCycleDate';
export const FIELDS: readonly Field[] = ['customerId', 'productId', 'cycle', 'nextCycleDate'];

/** What a reader sees of a subscription, by the graph's names and as the tables hold it. */
export interface Face {
  status: Status;
  cycle: number;
  customerId: string | null;
  productId: string | null;
  nextCycleDate: string | null;
  scheduledAction: 'resume' | 'cancel' | null;
  scheduledAt: string | null;
  skippedDates: string[];
  createdAt: string;
}

/** Who did something, by which way, and why. */
export interface Asked {
  by: 'customer' | 'support' | 'admin' | 'system';
  source: 'mutation' | 'webhook' | 'job';
  reason: string | null;
  at: Ms;
  /** The entry whose correlation id it carries on; null: it has one of its own. */
  continues: ModelEntry | null;
}

/** What the trail must say of one change or event. */
export interface ModelEntry extends Asked {
  trigger: string;
  effect: string;
  version: number;
  previousStatus: Status | null;
  updatedAt: Ms;
  /** The subscription after it. */
  face: Face;
}

/**
 * One subscription as the rules on paper have it: no tables, no locks, no texts. Written from the documentation and not
 * from the program, so that the two can disagree. `act.ts` and `hear.ts` beside this change it.
 */
export interface SubscriptionModel {
  status: Status;
  version: number;
  cycle: number;
  customerId: string | null;
  productId: string | null;
  nextCycleDate: Ms | null;
  /** The reason goes with the customer who gave it. */
  plan: { action: 'resume' | 'cancel'; at: Ms; entry: ModelEntry | null; hasNoReason?: true } | null;
  skipped: Ms[];
  createdAt: Ms;
  updatedAt: Ms;
  /** The newest status event that counted: its time, and what it said. */
  emr: { at: Ms; status: Status } | null;
  /** Our newest move or plan; minus infinity if there was none. */
  movedAt: Ms;
  /** Whether the state that it stands in was decided here, and CarePortals has not spoken of it since. */
  isOurMove: boolean;
  /** When the value of each field was told, and whether by a change made here. */
  told: Map<Field, { at: Ms; here: boolean; late: boolean }>;
  trail: ModelEntry[];
  /** What CarePortals would have to be told: one for each change made here. */
  notes: { action: string; version: number; face: Face }[];
}

export function stateOf(status: Status): 'active' | 'paused' | 'cancelled' {
  return status === 'ended' ? 'cancelled' : status;
}

/** An instant as the tables hold it. */
export function textOf(ms: Ms): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}

export function faceOf(sub: SubscriptionModel): Face {
  return {
    status: sub.status,
    cycle: sub.cycle,
    customerId: sub.customerId,
    productId: sub.productId,
    nextCycleDate: sub.nextCycleDate === null ? null : textOf(sub.nextCycleDate),
    scheduledAction: sub.plan?.action ?? null,
    scheduledAt: sub.plan === null ? null : textOf(sub.plan.at),
    skippedDates: sub.skipped.map(textOf),
    createdAt: textOf(sub.createdAt),
  };
}

/** Adds to the trail what was just done. */
export function record(
  sub: SubscriptionModel,
  trigger: string,
  effect: string,
  previousStatus: Status | null,
  asked: Asked,
): ModelEntry {
  const { version, updatedAt } = sub;
  const entry = { ...asked, trigger, effect, version, previousStatus, updatedAt, face: faceOf(sub) };
  sub.trail.push(entry);
  return entry;
}
