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
  'hour-ambiguous': rule('repaired', 'row', ''),
  'hour-missing': rule('repaired', 'row', ''),
  'phone-country-added': rule('repaired', 'row', ''),
  'phone-null': rule('repaired', 'row', ''),
  'postal-zero-restored': rule('repaired', 'row', ''),
  'card-padded': rule('repaired', 'row', ''),
  'active-blank': rule('repaired', 'row', ''),
  'coupon-type-inferred': rule('repaired', 'row', ''),
  'reduction-type-inferred': rule('repaired', 'row', ''),
  'pharmacy-none': rule('repaired', 'row', ''),
  'address-link-empty': rule('repaired', 'row', ''),
  'cycle-blank': rule('repaired', 'row', ''),
  'status-from-sheet': rule('repaired', 'row', ''),
  'status-respelt': rule('repaired', 'row', ''),
  'raw-data-as-text': rule('repaired', 'row', ''),
  'secrets-stripped': rule('repaired', 'row', ''),
  'template-artefact': rule('repaired', 'row', ''),
  'value-dropped': rule('repaired', 'row', ''),
  'text-clipped': rule('repaired', 'row', ''),
  'email-spaces': rule('repaired', 'row', ''),
  'customer-same-email': rule('repaired', 'database', ''),
  'email-shape': rule('noted', 'row', ''),
  'address-other-recipe': rule('noted', 'row', ''),
  'coupon-type-unknown': rule('noted', 'row', ''),
  'reduction-type-unknown': rule('noted', 'row', ''),
  'order-amounts-disagree': rule('noted', 'row', ''),
  'time-in-future': rule('noted', 'row', ''),
  'payment-not-order-total': rule('noted', 'database', ''),
  'subscription-customer-unknown': rule('noted', 'database', ''),
  'product-stubbed': rule('stubbed', 'database', ''),
  'coupon-stubbed': rule('stubbed', 'database', ''),
  'address-stubbed': rule('stubbed', 'database', ''),
  'order-without-customer': rule('parked', 'database', ''),
  'payment-without-order': rule('parked', 'database', ''),
  'refund-without-payment': rule('parked', 'database', ''),
  'status-without-order': rule('parked', 'database', ''),
  'cancellation-without-order': rule('parked', 'database', ''),
  'log-without-subscription': rule('parked', 'database', ''),
  'duplicate-same': rule('duplicate', 'order', ''),
  'duplicate-differs': rule('duplicate', 'order', ''),
  'duplicate-differs-in-money': rule('duplicate', 'order', ''),
  'subscription-in-two-sheets': rule('duplicate', 'order', ''),
  'key-missing': rule('rejected', 'row', ''),
  'key-shape': rule('rejected', 'row', ''),
  'value-missing': rule('rejected', 'row', ''),
  'value-unreadable': rule('rejected', 'row', ''),
  'amount-negative': rule('rejected', 'row', ''),
  'address-empty': rule('rejected', 'row', ''),
  'future-status': rule('rejected', 'row', ''),
  'internal-id-taken': rule('rejected', 'database', ''),
  'intent-paid-twice': rule('rejected', 'database', ''),
} satisfies Record<string, Rule>;

export type RuleId = keyof typeof RULES;
