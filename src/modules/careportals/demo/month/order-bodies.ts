import type { OrderDocument } from './order-document.ts';
import type { Person } from './person.ts';
import type { Teller } from './story.ts';
import { amountText, customerKeys, type FlatBody, printed, spoilt } from './templates.ts';

/** The order as nested objects, numbers and nulls. */
export function nestedOrder(order: OrderDocument, person: Person): OrderDocument {
  return { ...structuredClone(order), customer: person.contact() };
}

/** Nested where the template had a whole object, dotted text where it named a field. */
export function mixedOrder(teller: Teller, order: OrderDocument, person: Person): object {
  const { customer: _, shippingAddress: __, ...rest } = nestedOrder(order, person);
  const { totalAmount, baseAmount } = order;
  const amounts = { totalAmount: amountText(teller.random, totalAmount), baseAmount: String(baseAmount) };
  return { ...rest, ...amounts, ...customerKeys(person.contact()), ...shipToKeys(order) };
}

/** The template of the operator's `order.created`: neither status nor time of change. */
export function createdTemplate(teller: Teller, order: OrderDocument, person: Person): FlatBody {
  const { random } = teller;
  return spoilt(teller, {
    _id: order._id,
    organization: order.organization,
    id: String(order.id),
    source: order.source,
    totalAmount: amountText(random, order.totalAmount),
    discountAmount: order.discountAmount === 0 ? '' : amountText(random, order.discountAmount),
    baseAmount: amountText(random, order.baseAmount),
    creditUsedAmount: String(order.creditUsedAmount),
    createdAt: order.createdAt,
    coupon: order.coupon,
    ...customerKeys(person.contactIn(teller)),
    ...shipToKeys(order),
    ...pharmacyKeys(order),
    ...lineKeys(order),
  });
}

function shipToKeys({ shippingAddress }: OrderDocument): FlatBody {
  return Object.fromEntries(Object.entries(shippingAddress).map(([key, value]) => [`shippingAddress.${key}`, value]));
}

function pharmacyKeys({ assignedTo }: OrderDocument): FlatBody {
  return { 'assignedTo.firstName': assignedTo?.firstName ?? '', 'assignedTo.lastName': assignedTo?.lastName ?? '' };
}

function lineKeys({ lineItems }: OrderDocument): FlatBody {
  const item = lineItems[0]!;
  return {
    'lineItems.0.productId': item.productId,
    'lineItems.0.name': item.name,
    'lineItems.0.drugName': item.extras.drugName,
    'lineItems.0.listPrice': String(item.listPrice),
    'lineItems.0.price': String(item.price),
    'lineItems.0.discount.reductionAmount': printed(item.discount?.reductionAmount),
    'lineItems.0.discount.reductionType': printed(item.discount?.reductionType),
  };
}

/** The template of the operator's `order.updated`: objects printed as text, `state` and `productId` as shortcuts. */
export function updatedTemplate(teller: Teller, order: OrderDocument, person: Person): FlatBody {
  return spoilt(teller, {
    _id: order._id,
    organization: order.organization,
    id: String(order.id),
    status: order.status,
    statusHistory: printed(order.statusHistory),
    source: order.source,
    lineItems: printed(order.lineItems),
    shippingAddress: printed(order.shippingAddress),
    invoices: '',
    totalAmount: amountText(teller.random, order.totalAmount),
    discountAmount: order.discountAmount === 0 ? '' : String(order.discountAmount),
    baseAmount: String(order.baseAmount),
    creditUsedAmount: String(order.creditUsedAmount),
    assignedToGroup: '',
    requirements: '',
    isDeleted: String(order.isDeleted),
    postPurchaseStatus: '',
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
    _v: '',
    shipments: printed(order.shipments),
    shippedAt: printed(order.shippedAt),
    trackingCode: printed(order.trackingCode),
    trackingLink: printed(order.trackingLink),
    ...customerKeys(person.contactIn(teller)),
    ...pharmacyKeys(order),
    state: order.shippingAddress.provinceCode,
    productId: order.lineItems[0]!.productId,
  });
}

/** A small template of a workflow for one status: some have no time, some name the order by its number or id alone. */
export function statusTemplate(teller: Teller, order: OrderDocument): FlatBody {
  const { _id, status, updatedAt } = order;
  const id = String(order.id);
  const names = teller.random.pick<FlatBody>([{ _id, id }, { id }, { _id }]);
  return teller.odd(0.4) ? { ...names, status } : { ...names, status, updatedAt };
}

/** What the legacy `order.cancelled` sends. */
export function cancelledTemplate({ _id, id, status, createdAt, updatedAt }: OrderDocument): FlatBody {
  return { _id, id: String(id), status, createdAt, updatedAt };
}
