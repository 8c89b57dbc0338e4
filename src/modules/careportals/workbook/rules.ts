/** What became of the row: cured, only noted, given a stand-in for what it points to, left waiting, a repeat, refused. */
export type Level = 'repaired' | 'noted' | 'stubbed' | 'parked' | 'duplicate' | 'rejected';

interface Rule {
  level: Level;
  /** Where it is found: in the row itself, among the rows of the file, or against the database. */
  stage: 'row' | 'order' | 'database';
  /** A sentence for a manager. */
  says: string;
}

const rule = (level: Level, stage: Rule['stage'], says: string): Rule => ({ level, stage, says });

export const RULES = {
  'hour-ambiguous': rule(
    'repaired',
    'row',
    'The time lies in the autumn hour that New York has twice; it was read as standard time, the later of the two.',
  ),
  'hour-missing': rule(
    'repaired',
    'row',
    'The time lies in the spring hour that New York skips; it was read as standard time, so it shows one hour later.',
  ),
  'phone-country-added': rule(
    'repaired',
    'row',
    'The phone number had ten digits; the country code 1 was put before it.',
  ),
  'phone-null': rule('repaired', 'row', 'The phone number was zero or held no digit; the customer has none now.'),
  'postal-zero-restored': rule('repaired', 'row', 'The ZIP code had lost its leading zeros; they were put back.'),
  'card-padded': rule(
    'repaired',
    'row',
    'The last digits of the card had lost their leading zeros; they were put back.',
  ),
  'active-blank': rule('repaired', 'row', 'The sheet does not say whether the product is on sale; it is taken to be.'),
  'coupon-type-inferred': rule(
    'repaired',
    'row',
    'The coupon has no type, but its description ends in "% off"; its amount was read as a percentage.',
  ),
  'reduction-type-inferred': rule(
    'repaired',
    'row',
    'The order does not say whether its reduction is percent or dollars; its amounts fit only one of the two, which was taken.',
  ),
  'pharmacy-none': rule('repaired', 'row', 'The pharmacy was N/A; the order has none now.'),
  'address-link-empty': rule(
    'repaired',
    'row',
    'The order pointed to the id of an address without any text; it points to no address now.',
  ),
  'cycle-blank': rule('repaired', 'row', 'The cycle was blank or below 1; it is 1 now.'),
  'status-from-sheet': rule(
    'repaired',
    'row',
    "The subscription's status was not that of its sheet; the sheet was believed.",
  ),
  'status-respelt': rule(
    'repaired',
    'row',
    'The status was brought to its usual spelling: lower case, joined by underscores.',
  ),
  'raw-data-as-text': rule('repaired', 'row', 'The raw data could not be read as JSON; they were kept as text.'),
  'secrets-stripped': rule(
    'repaired',
    'row',
    'The raw data held password material (hash, salt or uname), which is never stored; it was left out.',
  ),
  'template-artefact': rule(
    'repaired',
    'row',
    'The cell held what a template leaves in place of a value, such as [object Object] or N/A; it is blank now.',
  ),
  'value-dropped': rule(
    'repaired',
    'row',
    'The cell could not be read as what its column holds, and may be blank; it is blank now.',
  ),
  'text-clipped': rule('repaired', 'row', 'The text was longer than its column; what was too much was cut off.'),
  'email-spaces': rule('repaired', 'row', 'The email had white space in or around it, which was taken out.'),
  'customer-same-email': rule(
    'repaired',
    'database',
    'Another customer has the same email; both ids now stand for the first one.',
  ),
  'email-shape': rule('noted', 'row', 'The email does not have the shape of an address; it was kept as it is.'),
  'address-other-recipe': rule(
    'noted',
    'row',
    'The address has another id than its text gives today; a webhook with this address will make a second row.',
  ),
  'coupon-type-unknown': rule(
    'noted',
    'row',
    'Nothing tells whether the coupon is percent or dollars; its plain number was kept with the type unknown.',
  ),
  'reduction-type-unknown': rule(
    'noted',
    'row',
    "Nothing tells whether the order's reduction is percent or dollars; its plain number was kept with the type unknown.",
  ),
  'order-amounts-disagree': rule(
    'noted',
    'row',
    "The order's total is not its base less discount and credit; all four were kept.",
  ),
  'time-in-future': rule('noted', 'row', 'The time lies in the future; it was kept.'),
  'payment-not-order-total': rule(
    'noted',
    'database',
    "The payment's amount is not its order's total; both were kept.",
  ),
  'payment-link-waits': rule(
    'noted',
    'database',
    'The description names another order, which is unknown; the payment was kept, and is linked to it when it comes.',
  ),
  'intent-kept': rule(
    'noted',
    'database',
    'Another payment of the same intent has succeeded; this one keeps the intent and the status that it has.',
  ),
  'subscription-customer-unknown': rule(
    'noted',
    'database',
    'The subscription names a customer whom nobody knows; it was kept without a customer until one is told.',
  ),
  'product-stubbed': rule(
    'stubbed',
    'database',
    'The product is named but unknown; an empty product with its id was made.',
  ),
  'coupon-stubbed': rule(
    'stubbed',
    'database',
    'The coupon is named but unknown; an empty coupon with its code was made.',
  ),
  'address-stubbed': rule(
    'stubbed',
    'database',
    'The address is named but unknown; an empty address with its id was made.',
  ),
  'order-without-customer': rule(
    'parked',
    'database',
    "The order's customer is unknown; the order waits until the customer or the order is told.",
  ),
  'payment-without-order': rule('parked', 'database', "The payment's order is unknown; the payment waits for it."),
  'refund-without-payment': rule('parked', 'database', "The refund's payment is unknown; the refund waits for it."),
  'status-without-order': rule('parked', 'database', 'The status is of an unknown order; it waits for the order.'),
  'cancellation-without-order': rule(
    'parked',
    'database',
    'The cancellation is of an unknown order; it waits for the order.',
  ),
  'log-without-subscription': rule(
    'parked',
    'database',
    'The log entry is of an unknown subscription; it was handed to the worker, who builds the subscription of it.',
  ),
  'duplicate-same': rule('duplicate', 'order', 'The row repeats an earlier one; the first was kept.'),
  'duplicate-differs': rule(
    'duplicate',
    'order',
    'The row has the key of an earlier one but says something else; the first was kept.',
  ),
  'duplicate-differs-in-money': rule(
    'duplicate',
    'order',
    'The row has the key of an earlier one but other amounts; the first was kept. Look at both.',
  ),
  'subscription-in-two-sheets': rule(
    'duplicate',
    'order',
    'The subscription stands in more than one sheet; the first was kept.',
  ),
  'key-missing': rule('rejected', 'row', 'The row has no id; it was left out.'),
  'key-shape': rule('rejected', 'row', "The row's id does not have the shape of one; it was left out."),
  'value-missing': rule('rejected', 'row', 'A value that the row cannot do without is blank; the row was left out.'),
  'value-unreadable': rule(
    'rejected',
    'row',
    'A value that the row cannot do without could not be read; the row was left out.',
  ),
  'amount-negative': rule('rejected', 'row', "The order's total or base is below zero; the order was left out."),
  'address-empty': rule(
    'rejected',
    'row',
    "The address has the id of an address without any text; it was left out, for it is nobody's.",
  ),
  'future-status': rule(
    'rejected',
    'row',
    'The status lies in the future and would stay the current one until then; it was left out.',
  ),
  'internal-id-taken': rule('rejected', 'database', 'Another order has the same internal id; the order was left out.'),
  'key-taken': rule(
    'rejected',
    'database',
    'MySQL takes a key of the row for that of another row, however often it was looked up; the row was left out. Look at both.',
  ),
  'intent-paid-twice': rule(
    'rejected',
    'database',
    'Another payment of the same intent has succeeded; this one was left out.',
  ),
} satisfies Record<string, Rule>;

export type RuleId = keyof typeof RULES;
