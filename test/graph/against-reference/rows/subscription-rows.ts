import type { Dice } from '../dice.ts';
import type { Row, Rows } from '../make-world.ts';

const STATES = ['active', 'paused', 'cancelled'] as const;
const WORDS: Record<string, readonly string[]> = {
  active: ['active'],
  paused: ['paused'],
  cancelled: ['cancelled', 'ended'],
};

/** Subscriptions in all three tables, half of them nobody's as far as known, with their trails and bulk jobs. */
export function subscriptionRows(dice: Dice, made: Rows): Rows {
  const spine = dice.times(24, () => spineRow(dice));
  const details = (state: string) =>
    spine.filter((row) => row.state === state).map((row) => detailsRow(dice, made, row));
  const audit = dice.times(45, (n) => auditRow(dice, made, dice.pick(spine), n));
  const jobs = dice.times(4, (n) => jobRow(dice, n));
  return {
    subscriptions: spine,
    ...Object.fromEntries(STATES.map((state) => [`subscriptions_${state}`, details(state)])),
    subscriptions_audit_log: audit,
    bulk_jobs: jobs,
    bulk_items: jobs.flatMap(({ job_id }) => spine.slice(0, dice.below(6)).map((row) => itemRow(dice, job_id, row))),
  };
}

function spineRow(dice: Dice) {
  const state = dice.pick(STATES);
  const scheduled_action = state === 'cancelled' ? null : dice.maybe(0.5, state === 'paused' ? 'resume' : 'cancel');
  return {
    subscription_id: dice.hex(24),
    public_id: dice.hex(32),
    state,
    version: 1 + dice.below(3),
    next_cycle_date: dice.maybe(0.4, dice.instant()),
    scheduled_action,
    // Late enough that no server of the tests carries it out.
    scheduled_at: scheduled_action === null ? null : `2098-03-0${1 + dice.below(3)} 10:00:00.000`,
    scheduled_reason: scheduled_action === null ? null : dice.maybe(0.3, dice.pick(['travelling', 'because'])),
    scheduled_correlation_id: scheduled_action === null ? null : dice.maybe(0.3, 'request-1'),
    skipped_dates: dice.maybe(0.6, JSON.stringify(dice.times(dice.below(3), () => dice.instant()))),
    phases: dice.maybe(0.5, JSON.stringify([phase(dice), phase(dice)])),
  };
}

function phase(dice: Dice) {
  return {
    price: dice.maybe(0.3, 100),
    cycles: dice.maybe(0.3, dice.below(3)),
    fillingInterval: dice.maybe(0.3, 1),
    fillingUnit: dice.maybe(0.3, 'month'),
    billableInterval: dice.maybe(0.3, 1),
    billingInterval: dice.maybe(0.3, 1),
    billingUnit: dice.maybe(0.3, 'week'),
    requirements: dice.chance(0.5) ? ['monthly'] : [],
  };
}

function detailsRow(dice: Dice, made: Rows, { subscription_id, state }: Row) {
  return {
    subscription_id,
    customer_id: dice.maybe(0.5, dice.pick(made.customers ?? []).customer_id),
    product_id: dice.maybe(0.4, dice.pick(made.products ?? []).product_id),
    cycle: 1 + dice.below(3),
    status: dice.pick(WORDS[String(state)] ?? []),
    created_at: dice.instant(),
    updated_at: dice.maybe(0.4, dice.instant()),
  };
}

function auditRow(dice: Dice, made: Rows, { subscription_id }: Row, n: number) {
  const customer_id = dice.maybe(0.4, dice.pick(made.customers ?? []).customer_id);
  return {
    public_id: dice.hex(32),
    subscription_id,
    customer_id,
    product_id: null,
    cycle: dice.maybe(0.2, 1),
    status: dice.pick(['active', 'paused']),
    previous_status: dice.maybe(0.3, 'paused'),
    version: dice.maybe(0.2, 1 + dice.below(3)),
    trigger_type: dice.pick(['pause', 'resume', 'renewal']),
    effect: dice.pick(['moved', 'changed', 'stale']),
    actor: 'agent@example.test',
    actor_role: 'support',
    source: dice.pick(['mutation', 'webhook']),
    reason: dice.maybe(0.3, dice.pick(['travelling', 'Travelling', 'because'])),
    comment: dice.maybe(0.4, `Comment ${n}`),
    correlation_id: dice.maybe(0.4, 'request-1'),
    created_at: dice.maybe(0.3, dice.instant()),
    updated_at: dice.maybe(0.3, dice.instant()),
    webhook_received_at: dice.instant(),
    raw_data: dice.maybe(0.4, JSON.stringify({ secret: n })),
    changes: dice.maybe(
      0.3,
      JSON.stringify(dice.pick([{ status: ['paused', 'active'] }, { customerId: [null, customer_id] }])),
    ),
    previous_hash: dice.maybe(0.3, 'a'.repeat(64)),
    hash: 'b'.repeat(64),
  };
}

/** Over, so that no server of the tests goes on with it. */
function jobRow(dice: Dice, n: number) {
  return {
    job_id: n,
    public_id: dice.hex(32),
    action: dice.pick(['pause', 'swap_product']),
    arguments: '{}',
    reason: dice.maybe(0.5, 'travelling'),
    comment: dice.maybe(0.5, 'Comment'),
    status: dice.pick(['done', 'stopped']),
    requested_by: 'agent@example.test',
    requested_role: 'support',
    correlation_id: `request-${n}`,
    total: dice.below(9),
    created_at: dice.instant(),
    finished_at: dice.maybe(0.3, dice.instant()),
  };
}

function itemRow(dice: Dice, job_id: unknown, { subscription_id }: Row) {
  const status = dice.pick(['waiting', 'succeeded', 'refused', 'failed']);
  return {
    public_id: dice.hex(32),
    job_id,
    subscription_id: dice.chance(0.2) ? dice.hex(24) : subscription_id,
    status,
    code: status === 'refused' ? 'INVALID_TRANSITION' : null,
    message: status === 'refused' ? 'It is over.' : null,
    audit_id: status === 'succeeded' ? 1 + dice.below(45) : null,
    finished_at: status === 'waiting' ? null : dice.instant(),
  };
}
