/** What stands for a value that is not shown. */
export const REDACTED = '[redacted]';

type Shape = (value: string | number | boolean) => boolean;

function matches(pattern: RegExp): Shape {
  return (value) => typeof value === 'string' && pattern.test(value);
}

const eitherOf =
  (...shapes: Shape[]): Shape =>
  (value) =>
    shapes.some((fits) => fits(value));

/** CarePortals' ids, the numbers of orders, and Stripe's ids, whose prefix says of what. Too short for a phone. */
const ID = eitherOf(
  matches(/^[0-9a-f]{24}$/),
  matches(/^(acct|ch|cus|evt|in|pi|pm|price|prod|py|pyr|re|req|src|sub|txn)_[A-Za-z0-9]{6,64}$/),
  (value) => /^\d{1,8}$/.test(String(value)),
);
const INSTANT = eitherOf(
  matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?$/),
  (value) => typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 10_000_000_000,
);
const AMOUNT: Shape = (value) => typeof value !== 'boolean' && /^-?\d{1,9}(\.\d{1,4})?$/.test(String(value));
const COUNT: Shape = (value) => typeof value !== 'boolean' && /^\d{1,4}$/.test(String(value));
const FLAG: Shape = (value) => typeof value === 'boolean' || value === 'true' || value === 'false';
const EVENT = matches(
  /^(charge|checkout|customer|invoice|message|order|payment_intent|prescription|questionnaire|refund|subscription)(\.[a-z_-]{1,30}){1,3}$/,
);
const CURRENCY = matches(/^[A-Za-z]{3}$/);
const VERSION = matches(/^\d{4}-\d\d-\d\d(\.[a-z]{1,20})?$/);

/**
 * Words of the senders. A status may be any text there, and one word of any text may be a name: so those that are not
 * listed pass only if they are joined by `_`, as no name is.
 */
const WORDS = new Set(
  `active approved automatic cancelled canceled checkout completed delivered dollar ended expired failed incomplete
  manual month new orders paused pending percent physical processing refunded renewal shipped signup sms subscriptions
  subscription succeeded web week year api card charge coupon duplicate event fraudulent link list payment_intent qnr
  refund`.split(/\s+/),
);
const WORD: Shape = (value) =>
  typeof value === 'string' && (WORDS.has(value.toLowerCase()) || /^[a-z]{3,20}(_[a-z]{2,20}){1,4}$/.test(value));

/** Which values are shown, by the last part of their key. Whatever is not here is not shown. */
const SHOWN = new Map<string, Shape>([
  ...named(ID, '_id id customerId orderId productId subscriptionId prescriptionId questionnaireId sessionId'),
  ...named(ID, 'resourceId resourceID stripeId account customer product charge latest_charge payment_intent'),
  ...named(ID, 'payment_method balance_transaction request'),
  ...named(INSTANT, 'createdAt updatedAt shippedAt cancelledAt submittedAt nextCycleDate upcomingReminderDate'),
  ...named(INSTANT, 'startDate endDate created canceled_at'),
  ...named(AMOUNT, 'totalAmount discountAmount baseAmount creditUsedAmount reductionAmount price listPrice amount'),
  ...named(AMOUNT, 'amount_captured amount_received amount_refunded application_fee_amount'),
  ...named(COUNT, 'currentCycle cycles quantity version __v billableCycleInterval billingCycleInterval'),
  ...named(COUNT, 'fillingCycleInterval pending_webhooks'),
  ...named(FLAG, 'livemode captured paid refunded inbound internal isDeleted isSubscription isOnboarded has_more'),
  ...named(WORD, 'status prevStatus newStatus postPurchaseStatus source reductionType resourceType object reason'),
  ...named(WORD, 'channel failure_reason decline_code code billingCycleUnit fillingCycleUnit trigger extra'),
  ...named(eitherOf(EVENT, WORD), 'type event'),
  ...named(CURRENCY, 'currency'),
  ...named(VERSION, 'api_version'),
]);

/** Nothing below these is shown, whatever it looks like: a date among answers is an answer. */
const CLOSED = new Set(['answers', 'answer', 'content', 'drugs', 'message', 'notes', 'requirements']);

/** What a template leaves in place of a value that it has not got: it tells why something is missing, and nothing else. */
const EMPTY = /^(|null|undefined|N\/A|\[object Object\](,\[object Object\])*)$/;

/** Keys are names of fields, once with a space (`SevenCells ID`); one that cannot be is somebody's words. */
const FIELD_NAME = /^[A-Za-z0-9_$.-]{1,100}( ID)?$/;

function named(shape: Shape, keys: string): [string, Shape][] {
  return keys.split(' ').map((key) => [key, shape]);
}

/**
 * A delivery's body as support may see it: every key and the shape of it all, and of the values those that are plainly
 * ids, instants, amounts, counts, flags, statuses or names of events, by key and by look. All else is `[redacted]`:
 * names, contacts, addresses, answers and messages above all, and whatever a sender may add one day.
 */
export function redactPayload(body: unknown): unknown {
  return redacted(body, undefined, false);
}

function redacted(value: unknown, shown: Shape | undefined, isClosed: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => redacted(item, shown, isClosed));
  if (typeof value === 'object' && value !== null) return redactedObject(value, isClosed);
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' && EMPTY.test(value)) return value;
  const passes = !isClosed && shown?.(value as string | number | boolean) === true;
  return passes ? value : REDACTED;
}

function redactedObject(object: object, isClosed: boolean): object {
  const entries = Object.entries(object).map(([key, inner], index): [string, unknown] => {
    // Flat bodies carry the whole path in the key: `customer._id`, `lineItems.0.productId`.
    const path = key.split('.');
    const closed = isClosed || path.some((part) => CLOSED.has(part));
    const name = FIELD_NAME.test(key) ? key : `${REDACTED} ${index + 1}`;
    return [name, redacted(inner, SHOWN.get(path.at(-1) ?? ''), closed)];
  });
  return Object.fromEntries(entries);
}
