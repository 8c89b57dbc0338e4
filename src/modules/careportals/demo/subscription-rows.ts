import { type AuditContent, auditHash, type Changes } from '../subscriptions/audit-hash.ts';
import type { DemoBatch } from './demo-batch.ts';
import { type DemoRun, past } from './demo-run.ts';
import type { Person } from './plan-people.ts';
import type { PlannedSubscription } from './plan-subscriptions.ts';

/** Adds the spine row, the row in the table of its state, and the audit entry if it has one. */
export function addSubscription(
  batch: DemoBatch,
  run: DemoRun,
  planned: PlannedSubscription,
  person: Person | null,
): void {
  const subscriptionId = run.ids.mongoId(run.random);
  const content = contentOf(run, planned, subscriptionId, person);
  const hash = planned.isAudited ? auditHash(null, content) : null;
  batch.subscriptions.push(spineRow(run, planned, content, hash));
  batch[`subscriptions_${planned.state}`].push({
    subscription_id: subscriptionId,
    customer_id: content.customer_id,
    product_id: content.product_id,
    cycle: planned.cycle,
    status: planned.status,
    created_at: past(run, planned.createdAt),
    updated_at: content.updated_at,
  });
  if (hash) addAudit(batch, run, content, hash);
}

function spineRow(run: DemoRun, planned: PlannedSubscription, content: AuditContent, auditHead: string | null) {
  const { nextCycleAt, plan } = planned;
  return {
    subscription_id: content.subscription_id,
    public_id: run.ids.publicId(),
    state: planned.state,
    version: content.version ?? 1,
    next_cycle_date: nextCycleAt === null ? null : comingMorning(nextCycleAt),
    source_updated_at: planned.updatedAt === null ? null : past(run, planned.updatedAt),
    moved_at: plan === null ? null : content.webhook_received_at,
    audit_head: auditHead,
    scheduled_action: plan?.action ?? null,
    scheduled_at: plan === null ? null : comingMorning(plan.at),
    scheduled_reason: plan === null ? null : reasonOf(plan.action),
    scheduled_correlation_id: plan === null ? null : content.correlation_id,
  };
}

/** Renewals and plans are due at nine in the morning UTC; no other date may lie ahead. */
function comingMorning(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 10)} 09:00:00.000`;
}

function contentOf(
  run: DemoRun,
  planned: PlannedSubscription,
  subscriptionId: string,
  person: Person | null,
): AuditContent {
  const receivedAt = (planned.updatedAt ?? planned.createdAt) + 1_500;
  const content = {
    subscription_id: subscriptionId,
    customer_id: person?.customerId ?? null,
    product_id: planned.product?.productId ?? null,
    cycle: planned.cycle,
    status: planned.status,
    previous_status: null,
    version: 1,
    trigger_type: planned.status,
    effect: 'created',
    actor: 'careportals',
    actor_role: 'system',
    source: 'webhook',
    reason: null,
    comment: null,
    correlation_id: run.random.hex(32),
    created_at: past(run, planned.createdAt),
    updated_at: planned.updatedAt === null ? null : past(run, planned.updatedAt),
    webhook_received_at: past(run, receivedAt),
  };
  if (planned.plan !== null) return plannedHere(content, planned.plan);
  return { ...content, raw_data: bodyOf(content), changes: firstHeardOf(content, planned) };
}

type Heard = Omit<AuditContent, 'raw_data' | 'changes'>;

/** Where the trail begins with what support planned; as for many a true subscription, nothing older is kept. */
function plannedHere(content: Heard, { action, at }: NonNullable<PlannedSubscription['plan']>): AuditContent {
  const isPause = action === 'resume';
  return {
    ...content,
    previous_status: 'active',
    version: 2,
    trigger_type: isPause ? 'pause' : 'cancel',
    effect: isPause ? 'moved' : 'scheduled',
    actor: 'demo-support',
    actor_role: 'support',
    source: 'mutation',
    reason: reasonOf(action),
    raw_data: null,
    changes: {
      ...(isPause ? { status: ['active', 'paused'] } : {}),
      scheduledAction: [null, action],
      scheduledAt: [null, comingMorning(at)],
    },
  };
}

function reasonOf(action: 'resume' | 'cancel'): string {
  return action === 'resume' ? 'travelling' : 'too_expensive';
}

/** What the entry told that nobody knew before. */
function firstHeardOf(content: Heard, planned: PlannedSubscription): Changes {
  const { nextCycleAt } = planned;
  const told = {
    status: content.status,
    cycle: content.cycle,
    customerId: content.customer_id,
    productId: content.product_id,
    nextCycleDate: nextCycleAt === null ? null : comingMorning(nextCycleAt),
    createdAt: content.created_at,
  };
  const known = Object.entries(told).filter(([, value]) => value !== null);
  return Object.fromEntries(known.map(([field, value]) => [field, [null, value]]));
}

/** The flat body that the EMR would have sent. */
function bodyOf(content: Heard) {
  return {
    _id: content.subscription_id,
    'customer._id': content.customer_id ?? '',
    'product._id': content.product_id ?? '',
    currentCycle: String(content.cycle),
    status: content.status,
    createdAt: content.created_at,
    updatedAt: content.updated_at ?? '',
  };
}

function addAudit(batch: DemoBatch, run: DemoRun, content: AuditContent, hash: string): void {
  const raw_data = JSON.stringify(content.raw_data);
  const changes = JSON.stringify(content.changes);
  batch.subscriptions_audit_log.push({
    public_id: run.ids.publicId(),
    ...content,
    raw_data,
    changes,
    previous_hash: null,
    hash,
  });
}
