import { COUPONS, type DemoProduct, discountOf, PRODUCTS } from '../demo-catalog.ts';
import type { Contact, Person, ShipTo } from './person.ts';
import { emrId, type Teller } from './story.ts';

interface LineItem {
  name: string;
  productId: string;
  /** Dollars, like all amounts of a document. */
  price: number;
  listPrice: number;
  quantity: number;
  isSubscription: boolean;
  type: 'physical';
  discount: {
    amount: number;
    reductionAmount: number;
    reductionType: string;
    type: string;
    referenceId: string;
  } | null;
  extras: { drugName: string; categories: string[] };
}

/** An order as the EMR has it; its nested webhooks are this very document. */
export interface OrderDocument {
  _id: string;
  organization: string;
  id: number;
  customer: Contact;
  status: string;
  statusHistory: { prevStatus: string; newStatus: string; updatedAt: string; userId: string }[];
  source: string;
  lineItems: LineItem[];
  shippingAddress: ShipTo;
  coupon: string;
  invoices: unknown[];
  totalAmount: number;
  discountAmount: number;
  baseAmount: number;
  creditUsedAmount: number;
  requirements: unknown[];
  version: number;
  isDeleted: boolean;
  assignedTo: { _id: string; username: string; firstName: string; lastName: string } | null;
  shipments: unknown[];
  shippedAt: string | null;
  trackingCode: string | null;
  trackingLink: string | null;
  createdAt: string;
  updatedAt: string;
  __v: number;
}

/** A new order of one or two products, perhaps with a coupon or a credit; a renewal within a prepaid plan costs 0. */
export function newOrder(teller: Teller, person: Person, number: number): OrderDocument {
  const { random } = teller;
  const at = teller.clock.now().toISOString();
  const isRenewal = random.chance(0.35);
  const lineItems = random.chance(0.25) ? [line(teller), line(teller)] : [line(teller)];
  return {
    _id: emrId(random),
    organization: 'demo_org',
    id: number,
    customer: person.contact(),
    status: 'processing',
    statusHistory: [],
    source: isRenewal ? 'subscription_cycle' : random.chance(0.9) ? 'checkout' : 'api',
    ...priced(teller, lineItems, isRenewal && random.chance(0.5)),
    shippingAddress: person.shipTo,
    invoices: [],
    requirements: [],
    version: 3,
    isDeleted: false,
    assignedTo: random.chance(0.7) ? pharmacy(teller) : null,
    shipments: [],
    shippedAt: null,
    trackingCode: null,
    trackingLink: null,
    createdAt: at,
    updatedAt: at,
    __v: 1,
  };
}

/** The catalogue itself changes: a product is called otherwise, or costs more, than in an order of last week. */
function line({ random, odd }: Teller): LineItem {
  const product = random.pick(PRODUCTS);
  const risen = odd(0.1) ? 1_000 : 0;
  return {
    name: product.label === null ? '' : `${product.label}${odd(0.1) ? ' new' : ''}`,
    productId: product.productId,
    price: dollars((product.salePrice ?? product.listPrice) + risen),
    listPrice: dollars(product.listPrice + risen),
    quantity: 1,
    isSubscription: isRenewable(product),
    type: 'physical',
    discount: null,
    extras: { drugName: product.drugName ?? '', categories: ['weight-loss'] },
  };
}

function isRenewable({ renewalPrice }: DemoProduct): boolean {
  return renewalPrice !== null;
}

function priced(teller: Teller, lineItems: LineItem[], isPrepaid: boolean) {
  const { random } = teller;
  for (const item of lineItems) if (isPrepaid) item.price = 0;
  const base = lineItems.reduce((sum, item) => sum + Math.round(item.price * 100), 0);
  const coupon = base > 0 && random.chance(0.25) ? random.pick(COUPONS) : null;
  const discount = coupon ? discountOf(coupon, base) : 0;
  const credit = random.chance(0.1) ? Math.min(2_550, base - discount) : 0;
  if (coupon) {
    lineItems[0]!.discount = {
      amount: dollars(discount),
      reductionAmount: coupon.kind === 'percent' ? coupon.amount : dollars(coupon.amount),
      reductionType: teller.odd(0.1) ? '' : coupon.kind,
      type: 'coupon',
      referenceId: coupon.code,
    };
  }
  return {
    lineItems,
    coupon: coupon?.code ?? '',
    totalAmount: dollars(base - discount - credit),
    discountAmount: dollars(discount),
    baseAmount: dollars(base),
    creditUsedAmount: dollars(credit),
  };
}

/** A pharmacy that orders are assigned to. */
export function pharmacy({ random }: Teller): NonNullable<OrderDocument['assignedTo']> {
  const firstName = random.pick(['SevenCells', 'Quarry Lane', 'North Ferry']);
  const username = `${firstName.toLowerCase().replace(' ', '.')}@example.net`;
  return { _id: emrId(random), username, firstName, lastName: 'Pharmacy' };
}

function dollars(cents: number): number {
  return cents / 100;
}

/** The order moves to another status now. */
export function moveTo(order: OrderDocument, status: string, now: Date): void {
  const updatedAt = now.toISOString();
  order.statusHistory.push({ prevStatus: order.status, newStatus: status, updatedAt, userId: 'Workflow' });
  order.status = status;
  order.updatedAt = updatedAt;
  order.__v++;
}

/** Support takes something off the price afterwards. */
export function giveCredit(order: OrderDocument, now: Date): void {
  const credit = Math.min(25, order.totalAmount);
  order.creditUsedAmount = (Math.round(order.creditUsedAmount * 100) + Math.round(credit * 100)) / 100;
  order.totalAmount = (Math.round(order.totalAmount * 100) - Math.round(credit * 100)) / 100;
  order.updatedAt = now.toISOString();
}

/** It leaves the pharmacy. */
export function ship(order: OrderDocument, now: Date): void {
  moveTo(order, 'shipped', now);
  order.shippedAt = now.toISOString();
  order.trackingCode = `1ZDEMO${String(order.id).padStart(13, '0')}`;
  order.trackingLink = `https://tracking.example.net/${order.trackingCode}`;
  order.shipments = [{ carrier: 'demo', trackingCode: order.trackingCode }];
}
