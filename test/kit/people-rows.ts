import {
  addressIdOf,
  at,
  buildingOf,
  codeOf,
  customerIdOf,
  orderNumber,
  publicId,
  subscriptionIdOf,
} from './people-ids.ts';

/** Columns and values of one row. */
export type Row = Record<string, unknown>;

export function addressRow(n: number): Row {
  const code = `building${buildingOf(n)}`;
  return {
    address_id: addressIdOf(n),
    public_id: publicId(0, 'addresses', buildingOf(n)),
    address1: `1 Street ${code}`,
    address2: `Apartment of ${codeOf(n)}`,
    city: 'Springfield',
    province_code: n % 3 === 0 ? null : 'NY',
    postal_code: '10001',
    country_code: 'US',
  };
}

export function customerRow(n: number): Row {
  return {
    customer_id: customerIdOf(n),
    public_id: publicId(n, 'customers'),
    email: `Mail.${codeOf(n)}@example.test`,
    first_name: `First ${codeOf(n)}`,
    last_name: n % 4 === 0 ? null : `Last ${n % 5 === 0 ? 'same' : codeOf(n)}`,
    phone: `+1 555 ${codeOf(n)}`,
    created_at: at(n % 3),
  };
}

export function aliasRow(n: number): Row {
  return { careportals_id: `alias-${codeOf(n)}`, customer_id: customerIdOf(n) };
}

/** Three orders: shipped with a coupon, cancelled, and one of which hardly anything is known. */
export function orderRows(n: number): Row[] {
  return [1, 2, 3].map((k) => ({
    order_id: orderNumber(n, k),
    public_id: publicId(n, 'orders', k),
    care_portals_internal_order_id: `internal-${codeOf(n)}-${k}`,
    customer_id: customerIdOf(n),
    shipping_address_id: k === 3 ? null : addressIdOf(n),
    product_id: k === 3 ? null : `prod-${k}`,
    coupon_code: k === 1 ? 'SAVE10' : null,
    source: k === 1 ? 'checkout' : 'api',
    total_amount: k === 2 ? 20_000 : 10_000,
    base_amount: 20_000,
    discount_amount: 100,
    credit_used_amount: 50,
    discount_reduction_amount: 10,
    discount_reduction_type: 'percent',
    pharmacy_assigned: k === 1 ? 'Pharmacy One' : null,
    ship_to_address1: `2 Street ${codeOf(n)}`,
    ship_to_address2: `Apartment ${codeOf(n)}`,
    ship_to_city: 'Springfield',
    ship_to_province_code: 'NY',
    ship_to_postal_code: '10001',
    ship_to_country_code: 'US',
    shipped_at: at(70),
    tracking_code: `track-${codeOf(n)}`,
    tracking_link: `https://carrier.example.test/${codeOf(n)}`,
    created_at: at(k + (n % 3)),
  }));
}

export function historyRows(n: number): Row[] {
  const row = (k: number, orderK: number, status: string, minute: number) => ({
    order_id: orderNumber(n, orderK),
    public_id: publicId(n, 'updates', k),
    updated_status: status,
    source: 'manual',
    actor: `agent-${codeOf(n)}@example.test`,
    note: `Note about ${codeOf(n)}`,
    order_created_at: at(orderK + (n % 3)),
    status_updated_at: at(minute),
  });
  return [row(1, 1, 'processing', 20), row(2, 1, 'shipped', 30), row(3, 2, 'cancelled', 30 + (n % 2))];
}

export function cancellationRow(n: number): Row {
  return { order_id: orderNumber(n, 2), public_id: publicId(n, 'cancellations'), cancelled_at: at(31) };
}

/** One that succeeded, for two orders of one cart, and one that failed. */
export function paymentRows(n: number): Row[] {
  return [1, 2].map((k) => ({
    payment_id: n * 10 + k,
    public_id: publicId(n, 'payments', k),
    charge_id: `ch_${codeOf(n)}_${k}`,
    payment_intent_id: `pi_${codeOf(n)}`,
    order_id: orderNumber(n, k),
    stripe_customer_id: `cus_${codeOf(n)}`,
    payment_method_id: `pm_${codeOf(n)}`,
    amount: k === 1 ? 10_000 : 20_000,
    currency: 'USD',
    card_last4: '4242',
    card_brand: 'visa',
    status: k === 1 ? 'succeeded' : 'failed',
    description: `Paid by ${codeOf(n)}`,
    application_fee_amount: 30,
    created_at: at(5 + (n % 2)),
  }));
}

export function paymentOrderRows(n: number): Row[] {
  const link = (k: number, orderK: number) => ({ payment_id: n * 10 + k, order_id: orderNumber(n, orderK) });
  return [link(1, 1), link(1, 2), link(2, 2)];
}

export function refundRows(n: number): Row[] {
  return [1, 2].map((k) => ({
    stripe_refund_id: `re_${codeOf(n)}_${k}`,
    public_id: publicId(n, 'refunds', k),
    charge_id: `ch_${codeOf(n)}_1`,
    payment_intent_id: `pi_${codeOf(n)}`,
    amount: 5_000,
    currency: 'USD',
    reason: 'requested_by_customer',
    status: k === 1 ? 'succeeded' : 'pending',
    created_at: at(40 + (n % 2)),
  }));
}

export function detailsRow(n: number, k: number, status: string): Row {
  return {
    subscription_id: subscriptionIdOf(n, k),
    customer_id: customerIdOf(n),
    product_id: k === 3 ? null : `prod-${k}`,
    cycle: k,
    status,
    created_at: at(k + (n % 2)),
    updated_at: k === 2 ? null : at(60),
  };
}

export function auditRows(n: number): Row[] {
  return [1, 2, 3, 4].map((k) => ({
    public_id: publicId(n, 'audit', k),
    subscription_id: subscriptionIdOf(n, Math.min(k, 3)),
    customer_id: customerIdOf(n),
    product_id: 'prod-1',
    cycle: 1,
    status: 'active',
    previous_status: 'paused',
    version: 1,
    trigger_type: 'pause',
    effect: 'moved',
    actor: `agent-${codeOf(n)}@example.test`,
    actor_role: 'support',
    source: 'mutation',
    reason: 'travelling',
    comment: `Comment about ${codeOf(n)}`,
    correlation_id: `request-${codeOf(n)}`,
    created_at: at(1),
    updated_at: at(60),
    webhook_received_at: at(60 + (k % 2)),
    raw_data: JSON.stringify({ secret: codeOf(n) }),
    changes: JSON.stringify({ status: ['paused', 'active'], customerId: [null, customerIdOf(n)] }),
    previous_hash: 'a'.repeat(64),
    hash: 'b'.repeat(64),
  }));
}

/** A job that is over, with one item: that the subscription's second entry came of. */
export function bulkJobRow(n: number): Row {
  return {
    job_id: n,
    public_id: publicId(n, 'bulkjobs'),
    action: 'pause',
    arguments: '{}',
    reason: 'travelling',
    comment: `Comment about ${codeOf(n)}`,
    status: 'done',
    requested_by: `agent-${codeOf(n)}@example.test`,
    requested_role: 'support',
    correlation_id: `request-${codeOf(n)}`,
    total: 1,
    created_at: at(60 + (n % 2)),
    finished_at: at(62),
  };
}

export function bulkItemRow(n: number): Row {
  return {
    public_id: publicId(n, 'bulkitems'),
    job_id: n,
    subscription_id: subscriptionIdOf(n, 2),
    status: 'succeeded',
    finished_at: at(62),
  };
}

/** One that serves the first order. */
export function prescriptionRow(n: number): Row {
  return {
    prescription_id: `rx-${codeOf(n)}`,
    public_id: publicId(n, 'prescriptions'),
    customer_id: customerIdOf(n),
    emr_customer_id: customerIdOf(n),
    drugs: JSON.stringify([{ name: `Drug of ${codeOf(n)}`, refills: 1 }]),
    fulfillments: JSON.stringify([{ orderId: orderNumber(n), status: 'processing', transactionNumbers: [codeOf(n)] }]),
    notes: `Notes for ${codeOf(n)}`,
    created_at: at(n % 2),
    updated_at: at(60),
    told_at: '{}',
  };
}

export function prescriptionOrderRow(n: number): Row {
  return { prescription_id: `rx-${codeOf(n)}`, order_id: orderNumber(n) };
}

export function messageRows(n: number): Row[] {
  return [1, 2].map((k) => ({
    message_id: `message-${codeOf(n)}-${k}`,
    public_id: publicId(n, 'messages', k),
    customer_id: customerIdOf(n),
    emr_customer_id: customerIdOf(n),
    channel: 'WEB',
    inbound: k % 2,
    sender_name: `Name of ${codeOf(n)}`,
    contact_email: `mail.${codeOf(n)}@example.test`,
    subject: `Subject of ${codeOf(n)}`,
    content: `Words of ${codeOf(n)}`,
    status: 'pending',
    created_at: at(n % 2),
    updated_at: at(60),
    told_at: '{}',
  }));
}

export function responseRows(n: number): Row[] {
  return [1, 2].map((k) => ({
    public_id: publicId(n, 'responses', k),
    questionnaire_id: 'intake',
    session_id: `session-${codeOf(n)}`,
    customer_id: customerIdOf(n),
    question_index: k,
    question_type: 'text',
    answer_data_type: 'string',
    answer_count: 1,
    answers: JSON.stringify([`Answer of ${codeOf(n)}`]),
    composite_key: `intake-${k}-text`,
    created_at: at(n % 2),
  }));
}

/** Two deliveries of one event: one that waits, and one that was given up. */
export function deliveryRows(n: number): Row[] {
  return [1, 2].map((k) => ({
    inbox_id: n * 10 + k,
    public_id: publicId(n, 'deliveries', k),
    source_system: 'careportals',
    event_key: `key-${codeOf(n)}-${k}`,
    event_type: 'order.updated',
    event_id: `event-${codeOf(n)}`,
    payload: JSON.stringify({ _id: String(n), customer: codeOf(n) }),
    status: k === 1 ? 'parked' : 'dead',
    waiting_for: k === 1 ? `order:${codeOf(n)}` : null,
    attempts: 1,
    // Late enough that no server of these tests looks at it.
    next_attempt_at: '2098-03-01 00:00:00.000',
    note: `Note about ${codeOf(n)}`,
    received_at: at(n % 2),
    finished_at: k === 1 ? null : at(1),
    parked_at: k === 1 ? at(n % 3) : null,
    replayed_at: at(2),
    replayed_by: `agent-${codeOf(n)}@example.test`,
  }));
}

/** A person's deliveries were applied to a row of each kind. Numbers that MySQL gave are counted: tables were empty. */
export function subjectRows(n: number): Row[] {
  const subjects = {
    Customer: customerIdOf(n),
    Order: orderNumber(n),
    OrderStatusUpdate: (n - 1) * 3 + 1,
    OrderCancellation: n,
    Payment: n * 10 + 1,
    Refund: (n - 1) * 2 + 1,
    CareSubscription: subscriptionIdOf(n),
    SubscriptionAuditEntry: (n - 1) * 4 + 1,
    Prescription: `rx-${codeOf(n)}`,
    Message: `message-${codeOf(n)}-1`,
    QuestionnaireResponse: (n - 1) * 2 + 1,
    Product: 'prod-1',
    Coupon: 'SAVE10',
    Address: addressIdOf(n),
  };
  return [1, 2].flatMap((k) =>
    Object.entries(subjects).map(([type, id]) => ({
      subject_type: type,
      subject_id: String(id),
      inbox_id: n * 10 + k,
    })),
  );
}

export function webhookRow(n: number): Row {
  return {
    public_id: publicId(n, 'webhooks'),
    inbox_id: n * 10 + 1,
    webhook_type: 'order.updated',
    source_system: 'careportals',
    event_id: `event-${codeOf(n)}`,
    outcome: 'failed',
    status: 'failed',
    error_message: `Could not apply ${codeOf(n)}`,
    payload: JSON.stringify({ customer: codeOf(n) }),
    processing_time_ms: 3,
    received_at: at(n % 2),
  };
}

export function errorRow(n: number): Row {
  return {
    public_id: publicId(n, 'errors'),
    error_type: 'order_amount_mismatch',
    error_message: `Amounts of ${codeOf(n)}`,
    raw_data: JSON.stringify({ order: codeOf(n) }),
    trigger_source: 'test',
    stack_trace: `at ${codeOf(n)}`,
    occurred_at: at(n % 2),
  };
}
