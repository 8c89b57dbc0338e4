import type { DemoBatch } from './demo-batch.ts';
import { type DemoRun, past } from './demo-run.ts';
import type { PlannedOrder } from './plan-orders.ts';

type Outcome = 'processed' | 'ignored' | 'parked' | 'failed';

/** How one in so many deliveries ended; the rest were processed. */
const OUTCOMES: readonly Outcome[] = [
  ...Array.from({ length: 16 }, (): Outcome => 'processed'),
  'ignored',
  'parked',
  'failed',
  'failed',
];
const STATUS = { processed: 'success', ignored: 'success', parked: 'pending', failed: 'failed' } as const;
const EVENTS: readonly (readonly [source: 'careportals' | 'stripe', type: string])[] = [
  ['careportals', 'order.updated'],
  ['careportals', 'order.updated'],
  ['careportals', 'order.created'],
  ['careportals', 'subscription.active'],
  ['stripe', 'payment_intent.succeeded'],
  ['stripe', 'refund.created'],
];
/** Logs are only kept for a while: these are of the last weeks. */
const LOGGED_FOR = 25 * 24 * 60 * 60_000;

/** Adds an attempt to apply a delivery about an order. */
export function addWebhookLog(batch: DemoBatch, run: DemoRun, order: PlannedOrder): void {
  const { ids, random } = run;
  const [source_system, webhook_type] = random.pick(EVENTS);
  const outcome = random.pick(OUTCOMES);
  const eventId = source_system === 'stripe' ? `evt_3${random.base62(23)}` : null;
  batch.webhook_logs.push({
    public_id: ids.publicId(),
    webhook_type,
    source_system,
    event_id: eventId,
    attempt: 1,
    outcome,
    status: STATUS[outcome],
    error_message: outcome === 'failed' ? 'MySQL 1205: a lock was held elsewhere' : null,
    payload: JSON.stringify({ id: eventId ?? String(order.number), type: webhook_type, demo: true }),
    processing_time_ms: random.between(3, 60),
    received_at: past(run, run.asOf - random.below(LOGGED_FOR)),
  });
}

/** Adds a complaint about an order's data. */
export function addErrorLog(batch: DemoBatch, run: DemoRun, order: PlannedOrder): void {
  batch.error_logs.push({
    public_id: run.ids.publicId(),
    error_type: 'unresolved_placeholder',
    error_message: `Order ${order.number}: the sender left a placeholder unresolved; the value was taken as absent.`,
    raw_data: JSON.stringify({ orderId: String(order.number), path: 'trackingLink' }),
    trigger_source: `order:${order.number}`,
    occurred_at: past(run, run.asOf - run.random.below(LOGGED_FOR)),
  });
}
