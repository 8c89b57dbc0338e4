import type {
  AddressLine,
  CouponLine,
  CustomerLine,
  OrderLine,
  PaymentLine,
  ProductLine,
  RefundLine,
} from '../../../src/modules/careportals/workbook/lines.ts';

/** 24 hexadecimal digits of a name. */
export function id24(name: string): string {
  return Buffer.from(name).toString('hex').padEnd(24, '0').slice(0, 24);
}

export function customerLine(name: string, fields: Partial<CustomerLine> = {}): CustomerLine {
  return {
    customer_id: id24(name),
    email: `${name}@example.com`,
    first_name: 'Demo',
    last_name: 'Person',
    phone: '+13055550100',
    ...fields,
  };
}

export function addressLine(address_id: string, fields: Partial<AddressLine> = {}): AddressLine {
  return {
    address_id,
    address1: '1 Demo Street',
    address2: null,
    city: 'Miami',
    province_code: 'FL',
    postal_code: '33101',
    country_code: 'US',
    ...fields,
  };
}

export function productLine(name: string, fields: Partial<ProductLine> = {}): ProductLine {
  return {
    product_id: id24(name),
    short_name: 'demo',
    label: 'Demo product',
    sub_label: null,
    drug_name: 'demozine',
    list_price: 34_900,
    sale_price: 29_900,
    sale_cycle_duration: 1,
    renewal_price: 34_900,
    renewal_cycle_duration: 1,
    active: 1,
    direct_cart_link: null,
    ...fields,
  };
}

export function couponLine(coupon_code: string, fields: Partial<CouponLine> = {}): CouponLine {
  return { coupon_code, reduction_amount: 50, reduction_type: 'percent', description: '50% off', ...fields };
}

export function orderLine(order_id: string, fields: Partial<OrderLine> = {}): OrderLine {
  return {
    order_id,
    care_portals_internal_order_id: id24(`o${order_id}`),
    customer_id: id24('ann'),
    shipping_address_id: null,
    product_id: null,
    source: 'checkout',
    total_amount: 34_900,
    discount_amount: 0,
    base_amount: 34_900,
    credit_used_amount: 0,
    coupon_code: null,
    discount_reduction_amount: 0,
    discount_reduction_type: null,
    pharmacy_assigned: null,
    created_at: '2025-11-03 15:00:00.000',
    ...fields,
  };
}

export function paymentLine(charge_id: string, fields: Partial<PaymentLine> = {}): PaymentLine {
  return {
    charge_id,
    payment_intent_id: null,
    order_id: '101',
    linked_order_ids: [],
    amount: 34_900,
    currency: 'USD',
    created_at: '2025-11-03 15:01:00.000',
    stripe_customer_id: null,
    payment_method_id: null,
    card_last4: '0042',
    card_brand: 'visa',
    status: 'succeeded',
    description: null,
    application_fee_amount: 0,
    ...fields,
  };
}

export function refundLine(stripe_refund_id: string, fields: Partial<RefundLine> = {}): RefundLine {
  return {
    stripe_refund_id,
    charge_id: 'ch_paid',
    payment_intent_id: null,
    amount: 1_000,
    currency: 'USD',
    reason: null,
    status: 'succeeded',
    created_at: '2025-11-04 15:01:00.000',
    ...fields,
  };
}
