import { among, atOrAfter, before, type Kind, type Many, ofCustomer, yesOrNo } from './kind.ts';
import { type Row, rowsWith, type World } from './world.ts';

/** Rows of another table that name this row. */
export function naming(to: string, table: string, column: string, own = column): Many {
  return { to, rows: (row, world) => rowsWith(world, table, column, row[own]) };
}

/** The deliveries that were applied to a row. */
export function webhooks(type: string, key: string): Many {
  return {
    to: 'WebhookDelivery',
    rows: (row, world) =>
      rowsWith(world, 'webhook_subjects', 'subject_type', type)
        .filter(({ subject_id }) => subject_id === String(row[key]))
        .flatMap(({ inbox_id }) => rowsWith(world, 'webhook_inbox', 'inbox_id', inbox_id)),
  };
}

/** Whether this customer has an order for which this holds. */
export function hasOrder(world: World, me: string, fits: (order: Row) => boolean): boolean {
  return rowsWith(world, 'orders', 'customer_id', me).some(fits);
}

export function sameText(one: unknown, other: unknown): boolean {
  return one !== null && other !== null && String(one).toLowerCase() === String(other).toLowerCase();
}

const PROFILE = 'https://emr.portals.care/customers/';

export function profile(id: unknown): string | null {
  return id === null || id === undefined ? null : `${PROFILE}${id}?tab=orders`;
}

function isOfEmr(id: unknown): boolean {
  return !/^(email|unknown)-/.test(String(id));
}

/** The id that CarePortals itself knows: her own, or else the smallest of those that she got later. */
function emrId({ customer_id }: Row, world: World): unknown {
  if (isOfEmr(customer_id)) return customer_id;
  const aliases = rowsWith(world, 'customer_aliases', 'customer_id', customer_id).map((row) => row.careportals_id);
  return aliases.filter(isOfEmr).sort()[0] ?? null;
}

const customer: Kind = {
  type: 'Customer',
  prefix: 'customer',
  table: 'customers',
  key: 'customer_id',
  columns: 'createdAt customerId email firstName lastName phone updatedAt'.split(' '),
  sorts: ['CREATED_AT', 'CUSTOMER_ID', 'LAST_NAME', 'EMAIL'],
  filters: {
    customerId: ofCustomer('customer_id'),
    email: {
      column: 'email',
      field: 'email',
      test: (row, email: string) => sameText(row.email, email.replaceAll(/\s/g, '')),
    },
    phone: {
      column: 'phone',
      field: 'phone',
      test: (row, phone: string) => /\d/.test(phone) && row.phone !== null && digits(row.phone) === digits(phone),
    },
    createdFrom: atOrAfter('created_at'),
    createdBefore: before('created_at'),
  },
  own: (row, me) => row.customer_id === me,
  values: { emrProfileUrl: (row, world) => profile(emrId(row, world)) },
  many: {
    orders: naming('Order', 'orders', 'customer_id'),
    subscriptions: naming('CareSubscription', 'care_subscriptions', 'customer_id'),
    payments: {
      to: 'Payment',
      rows: (row, world) =>
        rowsWith(world, 'orders', 'customer_id', row.customer_id).flatMap((order) =>
          rowsWith(world, 'payments', 'order_id', order.order_id),
        ),
    },
    questionnaireResponses: naming('QuestionnaireResponse', 'questionnaire_responses', 'customer_id'),
    prescriptions: naming('Prescription', 'prescriptions', 'customer_id'),
    messages: naming('Message', 'messages', 'customer_id'),
    webhooks: webhooks('Customer', 'customer_id'),
  },
};

function digits(text: unknown): string {
  return String(text).replaceAll(/\D/g, '');
}

const address: Kind = {
  type: 'Address',
  prefix: 'address',
  table: 'addresses',
  key: 'public_id',
  columns: 'address1 address2 addressId city countryCode postalCode provinceCode'.split(' '),
  sorts: ['PUBLIC_ID', 'ADDRESS_ID', 'PROVINCE_CODE'],
  filters: {
    addressIds: among('address_id'),
    provinceCode: among('province_code', 'text'),
    postalCode: among('postal_code', 'text'),
  },
  unique: { addressId: 'address_id' },
  own: (row, me, world) => hasOrder(world, me, (order) => order.shipping_address_id === row.address_id),
  values: { postalArea: (row) => (row.postal_code === null ? null : String(row.postal_code).slice(0, 3)) },
  many: {
    orders: naming('Order', 'orders', 'shipping_address_id', 'address_id'),
    webhooks: webhooks('Address', 'address_id'),
  },
};

const product: Kind = {
  type: 'Product',
  prefix: 'product',
  table: 'products',
  key: 'product_id',
  columns:
    'active createdAt directCartLink drugName label listPrice needsReview productId renewalCycleDuration renewalPrice saleCycleDuration salePrice shortName subLabel updatedAt'.split(
      ' ',
    ),
  sorts: ['CREATED_AT', 'PRODUCT_ID', 'SHORT_NAME', 'LIST_PRICE'],
  filters: {
    productIds: among('product_id'),
    active: yesOrNo('active'),
    needsReview: yesOrNo('needs_review'),
  },
  unique: { productId: 'product_id' },
  own: () => true,
  many: {
    orders: naming('Order', 'orders', 'product_id'),
    subscriptions: naming('CareSubscription', 'care_subscriptions', 'product_id'),
    webhooks: webhooks('Product', 'product_id'),
  },
};

const coupon: Kind = {
  type: 'Coupon',
  prefix: 'coupon',
  table: 'coupons',
  key: 'coupon_code',
  columns: 'active couponCode createdAt description reductionAmount reductionType updatedAt validFrom validUntil'.split(
    ' ',
  ),
  sorts: ['CREATED_AT', 'COUPON_CODE'],
  filters: { couponCodes: among('coupon_code', 'text'), active: yesOrNo('active') },
  unique: { couponCode: 'coupon_code' },
  own: (row, me, world) => hasOrder(world, me, (order) => sameText(order.coupon_code, row.coupon_code)),
  many: {
    orders: {
      to: 'Order',
      rows: (row, world) => (world.orders ?? []).filter((order) => sameText(order.coupon_code, row.coupon_code)),
    },
    webhooks: webhooks('Coupon', 'coupon_code'),
  },
};

export const people = [customer, address, product, coupon];
