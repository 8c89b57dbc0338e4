/** Milliseconds since 1970: the model does not reckon with texts, as the program does. */
export type Ms = number;

export const DAY: Ms = 24 * 60 * 60_000;

/** The furthest that anything may be planned ahead. */
const TWO_YEARS = 732 * DAY;

/** How far ahead of our clock a sender's may run and still be believed. */
const BELIEVED_AHEAD = 10 * 60_000;

export type Status = 'active' | 'paused' | 'cancelled' | 'ended';
export type Field = 'customerId' | 'productId' | 'cycle' | 'nextCycleDate';

export interface Product {
  days: number | null;
  sold: boolean;
}

/** What a reader sees of a subscription, as the tables hold it. */
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

/** What the trail must say of one change or event. */
export interface ModelEntry {
  trigger: string;
  effect: string;
  version: number;
  previousStatus: Status | null;
  by: 'customer' | 'support' | 'admin' | 'system';
  source: 'mutation' | 'webhook' | 'job';
  reason: string | null;
  at: Ms;
  updatedAt: Ms;
  /** The subscription after it. */
  face: Face;
  /** Whose correlation id it carries on; null: one of its own. */
  continues: ModelEntry | null;
}

interface Plan {
  action: 'resume' | 'cancel';
  at: Ms;
  entry: ModelEntry;
}

export interface Asked {
  by: ModelEntry['by'];
  source: 'mutation' | 'job';
  reason: string | null;
  at: Ms;
  continues?: ModelEntry;
}

/** What CarePortals says in one event; null where it says nothing. */
export interface Told {
  trigger: string;
  status: Status | null;
  customerId: string | null;
  productId: string | null;
  cycle: number | null;
  nextCycleDate: Ms | null;
  createdAt: Ms | null;
  updatedAt: Ms;
}

export type Action =
  | { name: 'pause'; until: Ms | null; cycles: number | null }
  | { name: 'resume'; at: Ms | null }
  | { name: 'cancel'; atCycleEnd: boolean }
  | { name: 'reschedule'; to: Ms }
  | { name: 'swap_product'; productId: string }
  | { name: 'undo_scheduled_change' | 'reactivate' | 'skip' | 'unskip' | 'advance_cycle' };

/** At one time of CarePortals' clock the more final status stands. */
const FINALITY: Status[] = ['active', 'paused', 'cancelled', 'ended'];

/**
 * One subscription as the rules on paper have it: no tables, no locks, no texts. Written from the documentation and not
 * from the program, so that the two can disagree.
 */
export class SubscriptionModel {
  status: Status = 'active';
  version = 1;
  cycle = 1;
  customerId: string | null = null;
  productId: string | null = null;
  nextCycleDate: Ms | null = null;
  plan: Plan | null = null;
  skipped: Ms[] = [];
  createdAt: Ms;
  updatedAt: Ms;
  /** The newest status event that counted: its time, and what it said. */
  #emr: { at: Ms; status: Status } | null = null;
  /** Our newest move or plan. */
  #movedAt: Ms = Number.NEGATIVE_INFINITY;
  /** Whether the state that it stands in was decided here. */
  #isOurMove = false;
  readonly #told = new Map<Field, { at: Ms; here: boolean }>();
  readonly #products: ReadonlyMap<string, Product>;
  readonly trail: ModelEntry[] = [];
  /** What CarePortals would have to be told: one for each change made here. */
  readonly notes: { action: string; version: number; face: Face }[] = [];

  /** Its first event makes it, whatever that event is. */
  constructor(products: ReadonlyMap<string, Product>, told: Told, now: Ms) {
    this.#products = products;
    const time = believed(told.updatedAt, now);
    this.createdAt = told.createdAt ?? time;
    this.updatedAt = told.updatedAt;
    if (told.status !== null) this.#obey(told.status, time);
    this.#learn(told, time);
    this.#record('created', told.trigger, null, { by: 'system', source: 'webhook', reason: null, at: now });
  }

  get state(): 'active' | 'paused' | 'cancelled' {
    return this.status === 'ended' ? 'cancelled' : this.status;
  }

  face(): Face {
    return {
      status: this.status,
      cycle: this.cycle,
      customerId: this.customerId,
      productId: this.productId,
      nextCycleDate: textOf(this.nextCycleDate),
      scheduledAction: this.plan?.action ?? null,
      scheduledAt: textOf(this.plan?.at ?? null),
      skippedDates: this.skipped.map((date) => textOf(date) ?? ''),
      createdAt: textOf(this.createdAt) ?? '',
    };
  }

  /** A code if it is refused, else the entry that it leaves. */
  act(action: Action, asked: Asked): string | ModelEntry {
    const refused = this.#whyNot(action, asked);
    if (refused !== null) return refused;
    const before = { ...this.face(), state: this.state };
    this.version++;
    this.updatedAt = asked.at;
    this.#carryOut(action, asked.at);
    const after = this.face();
    for (const field of FIELDS) if (before[field] !== after[field]) this.#told.set(field, { at: asked.at, here: true });
    if (action.name === 'reschedule') this.#told.set('nextCycleDate', { at: asked.at, here: true });
    const moved = before.state !== this.state;
    if (moved) this.#isOurMove = true;
    const planned = after.scheduledAt !== null && after.scheduledAt !== before.scheduledAt;
    const entry = this.#record(moved ? 'moved' : planned ? 'scheduled' : 'changed', action.name, before.status, asked);
    const isNewPlan = 'at' in action || 'until' in action || 'atCycleEnd' in action;
    if (this.plan !== null && isNewPlan) this.plan.entry = entry;
    this.notes.push({ action: action.name, version: this.version, face: after });
    return entry;
  }

  /** What was planned happens, if its time has come. */
  fallDue(now: Ms): void {
    const { plan } = this;
    if (plan === null || plan.at > now) return;
    const asked: Asked = { by: 'system', source: 'job', reason: plan.entry.reason, at: now, continues: plan.entry };
    if (plan.action === 'cancel') this.act({ name: 'cancel', atCycleEnd: false }, asked);
    else this.act({ name: 'resume', at: null }, asked);
  }

  /** An event of CarePortals, which may do anything. */
  hear(told: Told, now: Ms): void {
    const time = believed(told.updatedAt, now);
    const counts = this.#isNewer(time, told.status);
    const before = { ...this.face(), state: this.state };
    const ours = this.#isOurMove;
    const undone = this.#learn(told, time);
    this.createdAt = Math.min(this.createdAt, told.createdAt ?? time);
    if (told.status !== null && told.status !== this.status && stateOf(told.status) !== before.state && this.plan) {
      if (time > this.#movedAt) this.plan = null;
    }
    if (counts && told.status !== null) this.#obey(told.status, time);
    if (counts && told.status !== null) this.updatedAt = told.updatedAt;
    else if (told.status === null && this.#emr === null) this.updatedAt = Math.max(this.updatedAt, told.updatedAt);
    const after = this.face();
    if (JSON.stringify(before) !== JSON.stringify({ ...after, state: this.state })) this.version++;
    const effect = (() => {
      if (before.scheduledAction !== null && this.plan === null) return 'emr_override';
      if (!counts) return 'stale';
      if (before.state !== this.state) return ours ? 'emr_override' : 'moved';
      if (this.cycle < before.cycle) return 'correction';
      if (undone) return 'emr_override';
      return this.version > (this.trail.at(-1)?.version ?? 0) ? 'changed' : 'unchanged';
    })();
    this.#record(effect, told.trigger, before.status, { by: 'system', source: 'webhook', reason: null, at: now });
  }
}
