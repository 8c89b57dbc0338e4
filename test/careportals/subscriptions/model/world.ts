import { type Action, act, type Catalogue, fallDue, standingOf, whyArgumentsAreWrong } from './act.ts';
import type { Act, Deed, ProductName, Tell, Who } from './commands.ts';
import { born, hear, type Told } from './hear.ts';
import { type Asked, DAY, type ModelEntry, type Ms, type SubscriptionModel, stateOf } from './subscription-model.ts';

export const CUSTOMERS = { ann: 'a'.repeat(24), bob: 'b'.repeat(24) } as const;

export const PRODUCTS: Record<ProductName, string> = {
  monthly: 'd30'.padEnd(24, '0'),
  fourWeekly: 'd28'.padEnd(24, '0'),
  withoutDays: 'd00'.padEnd(24, '0'),
  notSold: 'd07'.padEnd(24, '0'),
};

export const CATALOGUE: Catalogue = new Map([
  [PRODUCTS.monthly, { days: 30, isSold: true }],
  [PRODUCTS.fourWeekly, { days: 28, isSold: true }],
  [PRODUCTS.withoutDays, { days: null, isSold: true }],
  [PRODUCTS.notSold, { days: 7, isSold: false }],
]);

/** How long a key gives the first result. */
const KEYS_LIVE: Ms = DAY;

/** Equal bodies without a time of their own are one event within such a step of the clock. */
const SAME_EVENT_WITHIN: Ms = 10 * 60_000;

/** A mutation as it is sent. */
export interface Request {
  who: Who;
  index: number;
  subscriptionId: string;
  action: Action;
  reason: string | null;
  expectedVersion: number | null;
  key: string | null;
}

/** A webhook as it is sent. */
export interface Delivery {
  event: string;
  body: Record<string, string>;
  index: number;
  told: Told;
}

/** A subscription as the graph shows it. */
export interface Shown {
  rawStatus: string;
  status: string;
  version: number;
  cycle: number;
  nextCycleDate: string | null;
  skippedDates: string[];
  scheduledChanges: { action: string; dueAt: string }[];
}

/** What a mutation answers: codes of its userErrors, and what it shows. */
export interface Answer {
  codes: string[];
  subscription: Shown | null;
  auditEntry: { version: number; triggerType: string; effect: string } | null;
}

/** What a key keeps. */
type Result = { index: number; entry: ModelEntry } | { index: number | null; code: string };

/** All that the model knows in one story: its subscriptions, the keys that were used, what was delivered, the time. */
export class World {
  readonly ids: string[];
  readonly subs: SubscriptionModel[] = [];
  now: Ms;
  /** By caller, mutation and key. */
  readonly keys = new Map<string, { input: string; result: Result; at: Ms }>();
  /** Requests with a key, and deliveries, newest first: to be sent again. */
  readonly asked: Request[] = [];
  readonly delivered: Delivery[] = [];
  readonly #heard = new Set<string>();

  constructor(ids: string[], now: Ms) {
    this.ids = ids;
    this.now = now;
  }

  requestOf({ to, as, deed, seen, reason, key }: Act): Request {
    const index = to % this.ids.length;
    const sub = this.#born(index);
    const expectedVersion = seen === null ? null : seen === 'right' ? sub.version : sub.version - 1;
    const action = this.#actionOf(deed[isSkipping(sub) ? 'skipping' : standingOf(sub)], sub);
    const subscriptionId = this.ids[index] ?? '';
    const ownKey = key && `${key} of ${this.ids[0]}`;
    return { who: as, index, subscriptionId, action, reason, expectedVersion, key: ownKey };
  }

  deliveryOf(tell: Tell): Delivery {
    const index = tell.to % this.ids.length;
    const told = this.#toldBy(tell, index);
    const event = tell.event === 'renewal' ? 'upcoming-renewal' : tell.event;
    const body = {
      _id: this.ids[index] ?? '',
      status: tell.status ?? '',
      updatedAt: tell.updated === null ? '' : iso(told.updatedAt),
      'customer._id': told.customerId ?? '',
      'product._id': told.productId ?? '',
      currentCycle: String(tell.cycle ?? ''),
      nextCycleDate: told.nextCycleDate === null ? '' : iso(told.nextCycleDate),
      createdAt: told.createdAt === null ? '' : iso(told.createdAt),
    };
    return { event, body, index, told };
  }

  /** What the mutation must answer. */
  receive(request: Request): Answer {
    const { key } = request;
    if (key !== null) this.asked.unshift(request);
    const result = key === null ? this.#carryOut(request) : this.#oncePerKey(request, key);
    return this.#answerTo(request.who, result);
  }

  /** Repeats are known by event, subscription, status and time; without a time by all that they say, within ten minutes. */
  hear(delivery: Delivery): void {
    const { event, body, index, told } = delivery;
    this.delivered.unshift(delivery);
    const step = Math.floor(this.now / SAME_EVENT_WITHIN);
    const isTimed = body.updatedAt !== '';
    const same = isTimed ? [event, body._id, body.status, body.updatedAt] : [event, body, step];
    if (this.#heard.has(JSON.stringify(same))) return;
    this.#heard.add(JSON.stringify(same));
    const said = isTimed ? told : { ...told, updatedAt: this.now };
    const sub = this.subs[index];
    if (sub === undefined) this.subs[index] = born(said, this.now);
    else hear(sub, said, this.now);
  }

  /** Time passes, and what falls due by then happens. @returns how long it was. */
  wait(span: Ms | 'due' | 'past due'): Ms {
    const ms = typeof span === 'number' ? span : this.#untilDue() + (span === 'due' ? 0 : 12 * DAY);
    this.now += ms;
    for (const sub of this.subs) fallDue(sub, CATALOGUE, this.now);
    for (const [key, { at }] of this.keys) if (at <= this.now - KEYS_LIVE) this.keys.delete(key);
    return ms;
  }

  /** A minute if nothing is planned. */
  #untilDue(): Ms {
    const dates = this.subs.flatMap(({ plan }) => (plan === null ? [] : [plan.at]));
    return dates.length === 0 ? 60_000 : Math.min(...dates) - this.now;
  }

  #actionOf(deed: Deed, sub: SubscriptionModel): Action {
    const { name } = deed;
    if (name === 'pause' || name === 'resume') {
      const resumeAt = deed.resumeIn === null ? null : this.now + deed.resumeIn;
      return name === 'resume' ? { name, resumeAt } : { name, resumeAt, cycles: deed.cycles };
    }
    if (name === 'swap_product') return { name, productId: productIdOf(deed.to) };
    if (name !== 'reschedule') return deed;
    const same = sub.nextCycleDate ?? this.now;
    return { name, nextCycleDate: deed.nextIn === 'same' ? same : this.now + deed.nextIn };
  }

  /** @throws unless the story began with an event of it. */
  #born(index: number): SubscriptionModel {
    const sub = this.subs[index];
    if (sub === undefined) throw new Error('A story begins with an event of each of its subscriptions.');
    return sub;
  }

  #toldBy(tell: Tell, index: number): Told {
    const { event, updated } = tell;
    return {
      trigger: event,
      status: event === 'renewal' ? null : (tell.status ?? (event === 'created' ? 'active' : event)),
      customerId: tell.customer && CUSTOMERS[tell.customer],
      productId: tell.product && PRODUCTS[tell.product],
      cycle: tell.cycle || null,
      nextCycleDate: tell.nextIn === null ? null : this.now + tell.nextIn,
      createdAt: tell.createdAgo === null ? null : this.now - tell.createdAgo,
      updatedAt: updated === null ? this.now : this.#momentOf(updated.from, index) + updated.plus,
    };
  }

  /** Now, where there was no event or no move yet. */
  #momentOf(moment: 'now' | 'last' | 'move', index: number): Ms {
    const last = this.delivered.find((delivery) => delivery.index === index)?.told.updatedAt ?? this.now;
    const movedAt = this.subs[index]?.movedAt ?? Number.NEGATIVE_INFINITY;
    const move = Number.isFinite(movedAt) ? movedAt : this.now;
    return { now: this.now, last, move }[moment];
  }

  #oncePerKey(request: Request, key: string): Result {
    const owner = JSON.stringify([request.who, mutationOf(request.action), key]);
    const input = JSON.stringify({ ...request, key: null });
    const first = this.keys.get(owner);
    if (first !== undefined) {
      return first.input === input ? first.result : { index: null, code: 'IDEMPOTENCY_KEY_REUSED' };
    }
    const result = this.#carryOut(request);
    this.keys.set(owner, { input, result, at: this.now });
    return result;
  }

  #carryOut({ who, index, action, reason, expectedVersion }: Request): Result {
    const wrong = whyArgumentsAreWrong(action, this.now);
    if (wrong !== null) return { index, code: wrong };
    const sub = this.#born(index);
    if (!maySee(who, sub)) return { index: null, code: 'NOT_FOUND' };
    if (expectedVersion !== null && expectedVersion !== sub.version) return { index, code: 'STALE_VERSION' };
    const asked: Asked = { by: roleOf(who), source: 'mutation', reason, at: this.now, continues: null };
    const done = act(sub, CATALOGUE, action, asked);
    return typeof done === 'string' ? { index, code: done } : { index, entry: done };
  }

  /** A repeated result is told with the subscription as it stands now, and only to who may see it now. */
  #answerTo(who: Who, result: Result): Answer {
    const sub = result.index === null ? null : this.#born(result.index);
    const shown = sub !== null && maySee(who, sub) ? sub : null;
    return {
      codes: 'code' in result ? [result.code] : [],
      subscription: shown && shownOf(shown),
      auditEntry: 'entry' in result && shown !== null ? entryShown(result.entry) : null,
    };
  }
}

function isSkipping(sub: SubscriptionModel): boolean {
  return standingOf(sub) === 'active' && sub.skipped.length > 0;
}

export function shownOf({ status, version, cycle, nextCycleDate, skipped, plan }: SubscriptionModel): Shown {
  return {
    rawStatus: status,
    status: stateOf(status).toUpperCase(),
    version,
    cycle,
    nextCycleDate: nextCycleDate === null ? null : iso(nextCycleDate),
    skippedDates: skipped.map(iso),
    scheduledChanges: plan === null ? [] : [{ action: plan.action.toUpperCase(), dueAt: iso(plan.at) }],
  };
}

export function roleOf(who: Who): 'customer' | 'support' | 'admin' {
  return who === 'ann' || who === 'bob' ? 'customer' : who;
}

/** The name of the mutation for an action. */
export function mutationOf({ name }: Action): string {
  const special: Partial<Record<Action['name'], string>> = {
    undo_scheduled_change: 'undoScheduledChange',
    skip: 'skipSubscriptionCycle',
    unskip: 'unskipSubscriptionCycle',
    swap_product: 'swapSubscriptionProduct',
    advance_cycle: 'advanceSubscriptionCycle',
  };
  return special[name] ?? `${name}Subscription`;
}

function maySee(who: Who, { customerId }: SubscriptionModel): boolean {
  return roleOf(who) !== 'customer' || customerId === CUSTOMERS[who as keyof typeof CUSTOMERS];
}

function entryShown({ version, trigger, effect }: ModelEntry) {
  return { version, triggerType: trigger, effect };
}

function productIdOf(name: ProductName | 'unknown' | 'noId'): string {
  if (name === 'unknown') return 'f'.repeat(24);
  return name === 'noId' ? 'prodükt' : PRODUCTS[name];
}

export function iso(ms: Ms): string {
  return new Date(ms).toISOString();
}
