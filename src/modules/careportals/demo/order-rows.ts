import { guessPharmacy } from '../orders/assign-pharmacy.ts';
import type { DemoBatch, DemoRow } from './demo-batch.ts';
import { type DemoRun, past } from './demo-run.ts';
import type { Step } from './order-history.ts';
import { type PlannedOrder, totalOf } from './plan-orders.ts';
import type { Person } from './plan-people.ts';
import type { Random } from './random.ts';

/** What the operator's own records call the pharmacies: two habits of writing side by side. */
const PHARMACIES = ['SevenCells', 'SevenCells Pharmacy', 'SevenCells Pharmacy', 'Olive Branch Pharmacy'];
/** One order in so many has a message of its history come after a later one. */
const LATE_SHARE = 0.012;
const HOUR = 60 * 60_000;

/** Adds the order and its history. The trigger makes the current status from it. */
export function addOrder(batch: DemoBatch, run: DemoRun, order: PlannedOrder, person: Person, steps: Step[]): void {
  batch.orders.push(orderRow(run, order, person, steps));
  for (const step of inArrivalOrder(steps, run.random)) batch.order_status_updates.push(stepRow(run, order, step));
  const cancelled = steps.find((step) => step.status === 'cancelled');
  if (cancelled) {
    const cancelled_at = past(run, cancelled.at);
    batch.orders_cancelled.push({ public_id: run.ids.publicId(), order_id: String(order.number), cancelled_at });
  }
}

function orderRow(run: DemoRun, order: PlannedOrder, person: Person, steps: Step[]): DemoRow<'orders'> {
  const { ids, random } = run;
  const last = past(run, steps.at(-1)!.at);
  return {
    order_id: String(order.number),
    public_id: ids.publicId(),
    care_portals_internal_order_id: ids.mongoId(random),
    customer_id: person.customerId,
    product_id: order.hasProduct ? order.product.productId : null,
    coupon_code: order.coupon?.code ?? null,
    source: order.source,
    total_amount: totalOf(order),
    discount_amount: order.discount,
    base_amount: order.base,
    credit_used_amount: order.credit,
    discount_reduction_amount: order.coupon?.amount ?? 0,
    discount_reduction_type: order.coupon?.kind ?? null,
    pharmacy_assigned: order.hasPharmacy ? pharmacyFor(person, random) : null,
    is_stub: order.isStub ? 1 : 0,
    ...shipTo(order, person),
    ...shipment(run, order, steps),
    source_updated_at: last,
    created_at: past(run, order.at),
    updated_at: last,
  };
}

function pharmacyFor({ home }: Person, random: Random): string | null {
  const guess = guessPharmacy(home.provinceCode);
  return guess === 'Other' ? guess : random.pick(PHARMACIES);
}

function shipTo({ hasAddress }: PlannedOrder, { home, unit }: Person) {
  return {
    shipping_address_id: hasAddress ? home.addressId : null,
    ship_to_address1: hasAddress ? home.address1 : null,
    ship_to_address2: hasAddress ? unit : null,
    ship_to_city: hasAddress ? home.city : null,
    ship_to_province_code: hasAddress ? home.provinceCode : null,
    ship_to_postal_code: hasAddress ? home.postalCode : null,
    ship_to_country_code: hasAddress ? 'US' : null,
  };
}

function shipment(run: DemoRun, order: PlannedOrder, steps: Step[]) {
  const shipped = steps.find((step) => step.status === 'shipped');
  const code = shipped ? `DEMO${order.number}US` : null;
  return {
    shipped_at: shipped ? past(run, shipped.at) : null,
    tracking_code: code,
    tracking_link: code && `https://tracking.example.com/${code}`,
  };
}

interface ArrivingStep extends Step {
  receivedAt: number;
}

/** Oldest first, except that now and then a message is overtaken by the next. */
function inArrivalOrder(steps: Step[], random: Random): ArrivingStep[] {
  const arriving = steps.map((step) => ({ ...step, receivedAt: step.at + random.between(200, 4_000) }));
  const late = steps.length > 1 && random.chance(LATE_SHARE) ? random.below(steps.length - 1) : -1;
  if (late < 0) return arriving;
  const [overtaken] = arriving.splice(late, 1);
  overtaken!.receivedAt = arriving[late]!.receivedAt + random.between(1_000, HOUR);
  arriving.splice(late + 1, 0, overtaken!);
  return arriving;
}

function stepRow(run: DemoRun, order: PlannedOrder, step: ArrivingStep): DemoRow<'order_status_updates'> {
  return {
    public_id: run.ids.publicId(),
    order_id: String(order.number),
    updated_status: step.status,
    source: 'demo',
    order_created_at: past(run, order.at),
    status_updated_at: past(run, step.at),
    webhook_received_at: past(run, step.receivedAt),
  };
}
