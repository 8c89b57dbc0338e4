import { PRODUCTS } from '../demo-catalog.ts';
import type { Person } from './person.ts';
import { DAY, emrId, type Teller } from './story.ts';
import { customerKeys, type FlatBody, printed, spoilt } from './templates.ts';

/** A subscription as the EMR has it. */
export interface SubscriptionDocument {
  _id: string;
  /** The number that people see. */
  id: string;
  organization: string;
  productId: string;
  phases: object[];
  currentCycle: number;
  nextCycleDate: string | null;
  status: string;
  currency: string;
  createdAt: string;
  updatedAt: string;
}

export function newSubscription({ random, clock }: Teller, number: number): SubscriptionDocument {
  const now = clock.now();
  return {
    _id: emrId(random),
    id: String(number),
    organization: 'demo_org',
    productId: random.pick(PRODUCTS).productId,
    phases: phases(),
    currentCycle: 1,
    nextCycleDate: later(now, 28),
    status: 'active',
    currency: 'USD',
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
  };
}

/** Their numbers of cycles come as text and as numbers; 0 has no end. */
function phases(): object[] {
  const [first, monthly] = [[{ type: 'qnr', key: 'wlus' }], [{ type: 'qnr', key: 'wlusmonthly' }]];
  const month = { fillingCycleInterval: 1, fillingCycleUnit: 'month', billableCycleInterval: 1 };
  const week = { fillingCycleInterval: 4, fillingCycleUnit: 'week', billableCycleInterval: 1 };
  return [
    { price: 598, cycles: '1', requirements: first, ...month },
    { price: 0, cycles: '2', requirements: monthly, ...month },
    { price: 299, cycles: 1, requirements: monthly, ...month },
    { price: 299, cycles: 0, requirements: monthly, ...week, billingCycleInterval: null, billingCycleUnit: 'week' },
  ];
}

export function later(from: Date, days: number): string {
  return new Date(from.getTime() + days * DAY).toISOString();
}

/** Changes it now. */
export function change(plan: SubscriptionDocument, now: Date, changes: Partial<SubscriptionDocument>): void {
  Object.assign(plan, changes, { updatedAt: now.toISOString() });
}

/** Nested; its product is an id in the vendor's words and an object in truth. */
export function nestedSubscription(teller: Teller, plan: SubscriptionDocument, person: Person): object {
  const { productId, id: _, ...rest } = structuredClone(plan);
  const product = teller.random.chance(0.5) ? productId : { _id: productId };
  return { ...rest, customer: person.contact(), product, statusHistory: [], nextCycleOverrides: null, __v: 0 };
}

/** The operator's template. Some workflows lack the path into the product, or print customer and product as objects. */
export function subscriptionTemplate(teller: Teller, plan: SubscriptionDocument, person: Person): FlatBody {
  const contact = person.contactIn(teller);
  const isObject = teller.odd(0.15);
  return spoilt(teller, {
    _id: plan._id,
    organization: plan.organization,
    ...(isObject ? { customer: printed({}), 'customer._id': contact._id } : customerKeys(contact)),
    ...(isObject ? { product: printed({}), phases: printed(plan.phases) } : { 'product._id': plan.productId }),
    currentCycle: teller.odd(0.1) ? '' : String(plan.currentCycle),
    nextCycleDate: plan.nextCycleDate ?? '',
    status: plan.status,
    currency: plan.currency,
    createdAt: plan.createdAt,
    updatedAt: plan.updatedAt,
  });
}

/** The old workflows' body: ids, a contact and the status, and no time. */
export function legacySubscription(plan: SubscriptionDocument, person: Person): FlatBody {
  const { _id, organization, id, status } = plan;
  return { _id, organization, id, status, ...customerKeys(person.contact()) };
}
