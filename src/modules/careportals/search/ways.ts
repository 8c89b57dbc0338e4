import type { Column, Condition } from '../../../platform/read/source.ts';
import { fits, isOneOf, NOTHING, param } from '../../../platform/read/value.ts';
import { comparableEmail, customers, isCustomer } from '../customers/customer.source.ts';
import { isStandIn } from '../customers/stand-in-customer-id.ts';
import { orders } from '../orders/order.source.ts';
import { payments } from '../payments/payment.source.ts';
import { refunds } from '../payments/refund.source.ts';
import { subscriptions } from '../subscriptions/subscription.source.ts';
import type { Asked } from './asked.ts';
import { beginning, begins, both, exactly, type TableWay, type Way } from './match.ts';

/** How much must be typed before that is found which only begins so; `search(text:)` says so to its callers. */
const LEAST = { name: 2, email: 3, phone: 4, id: 6 };
/** An order number that begins with what was typed has so many digits more at most. */
const MORE_DIGITS = 6;
/** Emails and phones as they are compared. */
const EMAIL: Column = { sql: 'c.email_lower', kind: 'text' };
const PHONE: Column = { sql: 'c.phone_digits', kind: 'text' };

/** Every way in which this text may find something: what fits exactly, then what begins so. */
export function waysOf(asked: Asked): TableWay[] {
  const ways = [...exactWays(asked), ...beginningWays(asked)].filter(({ where }) => where !== NOTHING);
  return ways.flatMap((way) => way.source.from.map((from) => ({ ...way, from })));
}

function exactWays({ id, texts, phone, names }: Asked): Way[] {
  const emrIds = ofEmr(id);
  return [
    exactly(orders, 'orderId', id),
    ...emrIds.map((emrId) => exactly(orders, 'carePortalsInternalOrderId', emrId)),
    ...emrIds.map((emrId): Way => {
      return { source: customers, uses: ['customerId'], where: isCustomer('c.customer_id', emrId), sort: null };
    }),
    exactly(customers, 'email', id?.includes('@') ? comparableEmail(id) : null, EMAIL),
    { source: customers, uses: ['phone'], where: isOneOf(PHONE.sql, 'text', phonesMeantBy(phone)), sort: null },
    ...emrIds.map((emrId) => exactly(subscriptions, 'subscriptionId', emrId)),
    exactly(payments, 'chargeId', ofStripe(id, 'ch_', 'py_')),
    exactly(payments, 'paymentIntentId', ofStripe(id, 'pi_')),
    exactly(payments, 'stripeCustomerId', ofStripe(id, 'cus_')),
    exactly(refunds, 'stripeRefundId', ofStripe(id, 're_', 'pyr_')),
    ...names.map(({ first, last }) =>
      both(exactly(customers, 'firstName', first), exactly(customers, 'lastName', last)),
    ),
    ...texts.map((text) => exactly(customers, 'lastName', text)),
    ...texts.map((text) => exactly(customers, 'firstName', text)),
  ];
}

function beginningWays({ id, texts, phone, names }: Asked): Way[] {
  const emrIds = ofEmr(atLeast(LEAST.id, id));
  const alone = texts.map((text) => atLeast(LEAST.name, text));
  return [
    { source: orders, uses: ['orderId'], where: numberBegins(id), sort: null },
    ...emrIds.map((emrId) => beginning(orders, 'carePortalsInternalOrderId', emrId)),
    ...emrIds.map((emrId) => beginning(customers, 'customerId', emrId)),
    ...emrIds.map((emrId): Way => {
      return { source: customers, uses: ['customerId'], where: aliasBegins(emrId), sort: null };
    }),
    beginning(customers, 'email', atLeast(LEAST.email, id === null ? null : comparableEmail(id)), EMAIL),
    ...phonesMeantBy(atLeast(LEAST.phone, phone)).map((digits) => beginning(customers, 'phone', digits, PHONE)),
    ...emrIds.map((emrId) => beginning(subscriptions, 'subscriptionId', emrId)),
    beginning(payments, 'chargeId', atLeast(LEAST.id, ofStripe(id, 'ch_', 'py_'))),
    beginning(payments, 'paymentIntentId', atLeast(LEAST.id, ofStripe(id, 'pi_'))),
    beginning(payments, 'stripeCustomerId', atLeast(LEAST.id, ofStripe(id, 'cus_'))),
    beginning(refunds, 'stripeRefundId', atLeast(LEAST.id, ofStripe(id, 're_', 'pyr_'))),
    ...names.map(({ first, last }) =>
      both(exactly(customers, 'firstName', first), beginning(customers, 'lastName', last)),
    ),
    ...names.map(({ first, last }) =>
      both(
        beginning(customers, 'firstName', atLeast(LEAST.name, first)),
        beginning(customers, 'lastName', atLeast(LEAST.name, last)),
      ),
    ),
    ...alone.map((name) => beginning(customers, 'lastName', name)),
    ...alone.map((name) => beginning(customers, 'firstName', name)),
  ];
}

function atLeast(length: number, text: string | null): string | null {
  return text !== null && text.length >= length ? text : null;
}

function ofStripe(id: string | null, ...prefixes: string[]): string | null {
  return id !== null && prefixes.some((prefix) => id.startsWith(prefix)) ? id : null;
}

/**
 * As it was typed, and in small letters, in which the EMR writes its hexadecimal ids. What Stripe made begins with two or
 * three letters and an underscore, which no id of the EMR does.
 */
function ofEmr(id: string | null): string[] {
  if (id === null || isStandIn(id) || /^(ch|py|pi|cus|re|pyr)_/.test(id)) return [];
  return /^[0-9a-f]+$/i.test(id) ? [...new Set([id, id.toLowerCase()])] : [id];
}

/** Numbers of our country are stored with its 1 in front, and told without. */
function phonesMeantBy(digits: string | null): string[] {
  if (digits === null || digits === '') return [];
  return digits.startsWith('1') ? [digits, digits.slice(1)].filter((one) => one !== '') : [digits, `1${digits}`];
}

/** As ranges, which the key can be searched by: 24 is followed by 240 to 249, 2400 to 2499, … */
function numberBegins(id: string | null): Condition {
  if (id === null || !/^[1-9]\d{0,11}$/.test(id)) return NOTHING;
  const ranges = Array.from({ length: MORE_DIGITS }, (_, more) => 10n ** BigInt(more + 1)).map((factor) => {
    const from = BigInt(id) * factor;
    return [from, from + factor - 1n].map((bound) => param('bigint', bound));
  });
  return { sql: ranges.map(() => 'o.order_id BETWEEN ? AND ?').join(' OR '), params: ranges.flat() };
}

function aliasBegins(start: string): Condition {
  if (!fits('id', start)) return NOTHING;
  const { sql, params } = begins({ sql: 'alias.careportals_id', kind: 'id' }, start);
  return {
    sql: `c.customer_id IN (SELECT alias.customer_id FROM customer_aliases alias WHERE ${sql})`,
    params,
  };
}
