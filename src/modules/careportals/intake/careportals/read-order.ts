import type { Instant } from '../../../../platform/database/instant.ts';
import type { CouponFacts } from '../../catalog/ensure-coupon.ts';
import type { ProductFacts } from '../../catalog/ensure-product.ts';
import type { Address } from '../../customers/record-address.ts';
import { normaliseStatus } from '../../orders/order-status.ts';
import type { OrderFacts } from '../../orders/record-order.ts';
import { type Body, centsAt, emrIdAt, instantAt, shortTextAt, textAt, valueAt } from './body.ts';
import { clip, emrId, orderNumber, webLink } from './clean.ts';
import { dollarsToCents, wholePercent } from './money.ts';
import { readCustomer } from './read-customer.ts';

/** The line that stands for the order: its product is the first item. */
const LINE = 'lineItems.0';

/** What a body says of an order, in either form. */
export function readOrder(body: Body): OrderFacts {
  const reduction = readReduction(body);
  return {
    ...readAmounts(body),
    orderId: valueAt(body, orderNumber, 'is not an order number', 'id'),
    internalOrderId: emrIdAt(body, '_id'),
    customer: readCustomer(body),
    product: readProduct(body),
    coupon: readCoupon(body, reduction),
    shipTo: readShipTo(body),
    source: readSource(body),
    discountReductionAmount: reduction.amount,
    discountReductionType: reduction.type,
    pharmacy: readPharmacy(body),
    shippedAt: instantAt(body, 'shippedAt'),
    trackingCode: shortTextAt(body, 100, 'trackingCode'),
    trackingLink: valueAt(body, webLink, 'is not a web address', 'trackingLink'),
    createdAt: instantAt(body, 'createdAt'),
  };
}

/** Templates print zero as a blank, so beside a total or a base a blank amount is zero. Alone it says nothing. */
function readAmounts(body: Body) {
  const totalAmount = centsAt(body, 'totalAmount');
  const baseAmount = centsAt(body, 'baseAmount');
  const isTold = totalAmount !== null || baseAmount !== null;
  const orZero = (cents: number | null, path: string) => cents ?? (isTold && isBlank(body, path) ? 0 : null);
  return {
    totalAmount: orZero(totalAmount, 'totalAmount'),
    baseAmount: orZero(baseAmount, 'baseAmount'),
    discountAmount: orZero(centsAt(body, 'discountAmount'), 'discountAmount'),
    creditUsedAmount: orZero(centsAt(body, 'creditUsedAmount'), 'creditUsedAmount'),
  };
}

/** There, but empty. */
function isBlank(body: Body, path: string): boolean {
  return body.flat.has(path) && textAt(body, path) === null;
}

function readProduct(body: Body): ProductFacts | null {
  const productId = emrIdAt(body, `${LINE}.productId`, 'productId');
  if (productId === null) return null;
  return {
    productId,
    label: shortTextAt(body, 255, `${LINE}.name`),
    drugName: shortTextAt(body, 255, `${LINE}.extras.drugName`, `${LINE}.drugName`),
    listPrice: centsAt(body, `${LINE}.listPrice`),
    salePrice: centsAt(body, `${LINE}.price`),
  };
}

interface Reduction {
  /** A whole percentage when the type is `percent`, else cents. */
  amount: number | null;
  type: string | null;
}

function readReduction(body: Body): Reduction {
  const type = textAt(body, `${LINE}.discount.reductionType`)?.toLowerCase() ?? null;
  const path = `${LINE}.discount.reductionAmount`;
  const parse = type === 'percent' ? wholePercent : dollarsToCents;
  const amount = valueAt(body, parse, 'is not a number', path);
  if (amount !== null && amount < 0) body.problems.push({ field: path, problem: 'is below zero' });
  // A type without an amount is no reduction, and must not take away one that is known.
  if (amount === null || amount < 0) return { amount: null, type: null };
  return { amount, type: type === null ? null : clip(type, 20) };
}

function readCoupon(body: Body, reduction: Reduction): CouponFacts | null {
  const fits = (code: string) => (code.length <= 50 ? code : null);
  const couponCode = valueAt(body, fits, 'is longer than 50 characters', 'coupon');
  return couponCode === null ? null : { couponCode, reductionAmount: reduction.amount, reductionType: reduction.type };
}

/** `state` is a shortcut to the province that some templates send instead of the address. */
function readShipTo(body: Body): Address | null {
  const shipTo = {
    address1: shortTextAt(body, 255, 'shippingAddress.address1'),
    address2: shortTextAt(body, 255, 'shippingAddress.address2'),
    city: shortTextAt(body, 100, 'shippingAddress.city'),
    provinceCode: code(shortTextAt(body, 10, 'shippingAddress.provinceCode', 'state')),
    postalCode: shortTextAt(body, 20, 'shippingAddress.postalCode'),
    countryCode: code(shortTextAt(body, 10, 'shippingAddress.countryCode')),
  };
  return Object.values(shipTo).every((part) => part === null) ? null : shipTo;
}

function code(text: string | null): string | null {
  return text?.toUpperCase() ?? null;
}

function readSource(body: Body): string | null {
  const source = textAt(body, 'source');
  return source === null ? null : clip(source.toLowerCase().replaceAll(/\s+/g, '_'), 50);
}

/** The full name of whoever the order is assigned to, else the name of the group that it is assigned to. */
function readPharmacy(body: Body): string | null {
  const names = [textAt(body, 'assignedTo.firstName'), textAt(body, 'assignedTo.lastName')];
  const name = names.filter((part) => part !== null).join(' ') || groupName(body);
  return name === null ? null : clip(name, 50);
}

/** The group may be text or an object; its id alone is no name. */
function groupName(body: Body): string | null {
  const name = textAt(body, 'assignedToGroup.name', 'assignedToGroup');
  return name === null || emrId(name) !== null ? null : name;
}

/** A change of status that a body tells of. */
export interface Transition {
  status: string;
  at: Instant;
}

/** Real orders have ten or so; a longer list is read up to here. */
const MOST_TRANSITIONS = 200;

/** The native form's own history, which holds transitions that were never delivered; unusable entries are left out. */
export function readStatusHistory(body: Body): Transition[] {
  const transitions: Transition[] = [];
  for (let i = 0; i < MOST_TRANSITIONS; i++) {
    const status = normaliseStatus(textAt(body, `statusHistory.${i}.newStatus`) ?? '');
    const at = instantAt(body, `statusHistory.${i}.updatedAt`);
    if (status !== null && at !== null) transitions.push({ status, at });
  }
  return transitions;
}
