import fc from 'fast-check';
import type { Status } from './subscription-model.ts';

/** A length of time in milliseconds, of a command: counted from the moment at which it is carried out. */
type Span = number;

const MINUTE: Span = 60_000;
const HOUR: Span = 60 * MINUTE;
const DAY: Span = 24 * HOUR;

export type Who = 'ann' | 'bob' | 'support' | 'admin';
export type ProductName = 'monthly' | 'fourWeekly' | 'withoutDays' | 'notSold';

/** An action with its arguments; spans for dates, names for products. */
export type Deed =
  | { name: 'pause'; resumeIn: Span | null; cycles: number | null }
  | { name: 'resume'; resumeIn: Span | null }
  | { name: 'cancel'; atCycleEnd: boolean }
  | { name: 'reschedule'; nextIn: Span | 'same' }
  | { name: 'swap_product'; to: ProductName | 'unknown' | 'noId' }
  | { name: 'undo_scheduled_change' | 'reactivate' | 'skip' | 'unskip' | 'advance_cycle' };

/** Where it stands, finely enough to choose what mostly fits: `skipping` is active with a skipped cycle. */
export type Standing = 'active' | 'skipping' | 'ending' | 'paused' | 'cancelled';

/** A mutation: one that mostly fits, wherever the subscription stands by then. `copies` of it are sent at once. */
export interface Act {
  do: 'act';
  to: number;
  as: Who;
  deed: Record<Standing, Deed>;
  seen: 'right' | 'stale' | null;
  reason: string | null;
  key: string | null;
  copies: number;
}

/** An earlier mutation that had a key, once more: as it was, or with one thing about it changed. */
export interface ActAgain {
  do: 'actAgain';
  back: number;
  with: 'nothing' | 'other input' | 'other caller';
}

/** An event of CarePortals. Its time is a span from now, from the last event of that subscription, or our last move. */
export interface Tell {
  do: 'tell';
  to: number;
  event: Status | 'created' | 'renewal';
  status: Status | null;
  updated: { from: 'now' | 'last' | 'move'; plus: Span } | null;
  customer: 'ann' | 'bob' | null;
  product: ProductName | null;
  cycle: number | null;
  nextIn: Span | null;
  createdAgo: Span | null;
}

/** An earlier delivery once more, byte by byte. */
export interface TellAgain {
  do: 'tellAgain';
  back: number;
}

/** Time passes: so much, or until the next of what is planned is due, or well past that. */
export interface Wait {
  do: 'wait';
  ms: Span | 'due' | 'past due';
}

/** The server ends, time passes, another server begins. */
export interface Restart {
  do: 'restart';
  ms: Span;
}

export type Command = Act | ActAgain | Tell | TellAgain | Wait | Restart;

/** What happens to two or three new subscriptions; the first events of each are not commands, and so are never left out. */
export interface Story {
  births: Tell[];
  commands: Command[];
}

// Everything is drawn so that most commands have an effect: a story of refusals goes nowhere.
const subscription = fc.constantFrom(0, 0, 0, 0, 0, 1, 1, 2);
const product = fc.constantFrom<(ProductName | null)[]>('monthly', 'fourWeekly', 'withoutDays', null, 'notSold');
const ahead = fc.constantFrom(HOUR, DAY, 10 * DAY, 40 * DAY, 3 * DAY, 20 * DAY, 732 * DAY, 733 * DAY, 0, -HOUR);
const aheadOrNot = fc.option(ahead, { freq: 1 });
const cycles = fc.constantFrom(1, 1, 3, 0, 60);

function pauseWith(resumeIn: fc.Arbitrary<Span | null>, count: fc.Arbitrary<number | null>): fc.Arbitrary<Deed> {
  return fc.record({ name: fc.constant('pause' as const), resumeIn, cycles: count });
}
const none = fc.constant(null);
const pause = fc.oneof(
  { arbitrary: pauseWith(none, none), weight: 3 },
  { arbitrary: pauseWith(ahead, none), weight: 5 },
  { arbitrary: pauseWith(none, cycles), weight: 3 },
  { arbitrary: pauseWith(ahead, cycles), weight: 1 },
);
const resume = fc.record({ name: fc.constant('resume' as const), resumeIn: aheadOrNot });
const cancel = fc.record({ name: fc.constant('cancel' as const), atCycleEnd: fc.constantFrom(false, true, true) });
const reschedule = fc.record({
  name: fc.constant('reschedule' as const),
  nextIn: fc.oneof({ arbitrary: ahead, weight: 5 }, { arbitrary: fc.constant('same' as const), weight: 1 }),
});
const swap = fc.record({
  name: fc.constant('swap_product' as const),
  to: fc.constantFrom<ProductName | 'unknown' | 'noId'>(
    'fourWeekly',
    'monthly',
    'withoutDays',
    'notSold',
    'unknown',
    'noId',
  ),
});
const others = fc.record({
  name: fc.constantFrom('skip' as const, 'unskip', 'skip', 'advance_cycle', 'undo_scheduled_change', 'reactivate'),
});
const undo = fc.constant<Deed>({ name: 'undo_scheduled_change' });
const unskip = fc.constant<Deed>({ name: 'unskip' });
const reactivate = fc.constant<Deed>({ name: 'reactivate' });

const anyDeed: fc.Arbitrary<Deed> = fc.oneof(
  { arbitrary: others, weight: 5 },
  { arbitrary: cancel, weight: 2 },
  { arbitrary: pause, weight: 3 },
  { arbitrary: swap, weight: 2 },
  { arbitrary: reschedule, weight: 1 },
  { arbitrary: resume, weight: 1 },
);

const deed: fc.Arbitrary<Act['deed']> = fc.record({
  active: anyDeed,
  skipping: fc.oneof(unskip, unskip, unskip, pause, cancel, anyDeed),
  ending: fc.oneof(undo, undo, cancel, anyDeed),
  paused: fc.oneof(resume, resume, resume, undo, swap, cancel, anyDeed),
  cancelled: fc.oneof(reactivate, reactivate, reactivate, anyDeed),
});

const action: fc.Arbitrary<Act> = fc.record({
  do: fc.constant('act' as const),
  to: subscription,
  as: fc.constantFrom<Who[]>('admin', 'admin', 'admin', 'support', 'ann', 'ann', 'admin', 'support', 'admin', 'bob'),
  deed,
  seen: fc.constantFrom(null, null, null, null, 'right', 'right', 'right', 'stale'),
  reason: fc.constantFrom(null, 'travelling', 'moonlight'),
  key: fc.constantFrom(null, null, null, null, 'k1', 'k2', 'k3'),
  copies: fc.constantFrom(1, 1, 1, 1, 3),
});

const again: fc.Arbitrary<ActAgain> = fc.record({
  do: fc.constant('actAgain' as const),
  back: fc.nat({ max: 2 }),
  with: fc.constantFrom('nothing' as const, 'nothing', 'other input', 'other caller'),
});

const updated = fc.oneof(
  fc.record({
    from: fc.constant('now' as const),
    plus: fc.constantFrom(0, -HOUR, -DAY, -30 * DAY, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE),
  }),
  fc.record({ from: fc.constantFrom('last' as const, 'move'), plus: fc.constantFrom(1, 0, -1, MINUTE) }),
);

function telling(events: Tell['event'][], to: fc.Arbitrary<number>): fc.Arbitrary<Tell> {
  return fc.record({
    do: fc.constant('tell' as const),
    to,
    event: fc.constantFrom(...events),
    status: fc.constantFrom<(Status | null)[]>(
      null,
      null,
      null,
      null,
      null,
      null,
      'active',
      'paused',
      'cancelled',
      'ended',
    ),
    updated: fc.option(updated, { freq: 9 }),
    customer: fc.constantFrom(null, null, 'ann', 'ann', 'bob'),
    product: fc.option(product, { freq: 2 }),
    cycle: fc.constantFrom(null, 1, 2, 5, 0),
    nextIn: fc.constantFrom(null, 10 * DAY, 25 * DAY, -DAY, 20 * DAY),
    createdAgo: fc.constantFrom(null, null, 100 * DAY, 0),
  });
}

/** Mostly one that can be acted on: of ann, active, with a product and a date. */
function birth(to: number): fc.Arbitrary<Tell> {
  const common = fc.record({
    do: fc.constant('tell' as const),
    to: fc.constant(to),
    event: fc.constant('created' as const),
    status: fc.constantFrom<(Status | null)[]>(null, 'active', 'paused'),
    updated: fc.constant({ from: 'now' as const, plus: -DAY }),
    customer: fc.constant('ann' as const),
    product: fc.constantFrom<ProductName[]>('monthly', 'fourWeekly'),
    cycle: fc.constantFrom(null, 3),
    nextIn: fc.constantFrom(10 * DAY, 20 * DAY),
    createdAgo: fc.constant(null),
  });
  const any = telling(['created', 'renewal', 'active', 'paused', 'cancelled', 'ended'], fc.constant(to));
  return fc.oneof({ arbitrary: common, weight: 4 }, { arbitrary: any, weight: 1 });
}

const wait: fc.Arbitrary<Wait> = fc.record({
  do: fc.constant('wait' as const),
  ms: fc.constantFrom<Wait['ms'][]>('due', 'past due', 'due', 'past due', 1, MINUTE, HOUR, DAY, 11 * DAY, 40 * DAY),
});

const restart: fc.Arbitrary<Restart> = fc.record({
  do: fc.constant('restart' as const),
  ms: fc.constantFrom(0, HOUR, 11 * DAY),
});

const command: fc.Arbitrary<Command> = fc.oneof(
  { arbitrary: action, weight: 54 },
  {
    arbitrary: telling(['active', 'paused', 'renewal', 'active', 'cancelled', 'ended', 'created'], subscription),
    weight: 16,
  },
  { arbitrary: wait, weight: 18 },
  { arbitrary: again, weight: 8 },
  { arbitrary: fc.record({ do: fc.constant('tellAgain' as const), back: fc.nat({ max: 2 }) }), weight: 4 },
  { arbitrary: restart, weight: 1 },
);

export const stories: fc.Arbitrary<Story> = fc.record({
  births: fc.oneof(
    { withCrossShrink: true },
    fc.tuple(birth(0), birth(1)),
    fc.tuple(birth(0), birth(1), birth(2)),
  ) as fc.Arbitrary<Tell[]>,
  commands: fc.array(command, { maxLength: 24, size: 'max' }),
});
