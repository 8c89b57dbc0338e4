import { sql } from 'kysely';
import type { Instant } from '../../../platform/database/instant.ts';
import { isRepeatOf, RetryLater } from '../../../platform/database/transaction.ts';
import type { Tx } from '../tables.ts';
import { withTold } from '../told-at.ts';
import type { CustomerColumns, KnownCustomer } from './find-customer.ts';

const GROUPS = {
  email: ['email'],
  firstName: ['firstName'],
  lastName: ['lastName'],
  phone: ['phone'],
} as const satisfies Record<string, readonly (keyof CustomerColumns)[]>;

/**
 * Brings a customer, whose row is locked, to what was told: each column as its newest teller has it, and created_at the
 * earliest moment at which anybody knew them.
 * @returns the email that was replaced; null if it stays.
 */
export async function tellCustomer(
  tx: Tx,
  known: KnownCustomer,
  facts: CustomerColumns & { knownSince: Instant | null },
  { toldAt }: { toldAt: Instant },
): Promise<string | null> {
  const { email, firstName, lastName, phone, knownSince } = facts;
  const before = { columns: known.columns, at: known.toldAt ?? importedAt(known) };
  const after = withTold(before, { email, firstName, lastName, phone }, toldAt, GROUPS, 'newest');
  const since = earliest(knownSince, toldAt);
  const changes = {
    ...changedColumns(known.columns, after.columns),
    ...(since < known.createdAt && { created_at: since }),
  };
  const isSame = Object.keys(changes).length === 0;
  if (isSame && JSON.stringify(after.at) === JSON.stringify(before.at)) return null;
  // MySQL would set updated_at by itself; a time that was told again changes nothing that anybody sees.
  await update(tx, known.customerId, {
    ...changes,
    told_at: JSON.stringify(after.at),
    imported_at: null,
    ...(isSame && { updated_at: sql<Instant>`updated_at` }),
  });
  return after.columns.email === known.columns.email ? null : known.columns.email;
}

/** The earlier of two instants; the second if the first is not known. */
export function earliest(one: Instant | null, other: Instant): Instant {
  return one !== null && one < other ? one : other;
}

/** What is there without an event counts as told when the row was made. */
function importedAt({ columns, createdAt }: KnownCustomer) {
  const told = Object.entries(columns).filter(([, value]) => value !== null);
  return Object.fromEntries(told.map(([name]) => [name, createdAt]));
}

function changedColumns(before: CustomerColumns, after: CustomerColumns) {
  return {
    ...(after.email !== null && after.email !== before.email && { email: after.email }),
    ...(after.firstName !== before.firstName && { first_name: after.firstName }),
    ...(after.lastName !== before.lastName && { last_name: after.lastName }),
    ...(after.phone !== before.phone && { phone: after.phone }),
  };
}

async function update(tx: Tx, customerId: string, changes: object): Promise<void> {
  try {
    await tx.updateTable('customers').set(changes).where('customer_id', '=', customerId).execute();
  } catch (error) {
    // Another delivery gave this email to somebody else a moment ago: tried again, this one finds them.
    throw isRepeatOf(error, 'idx_email') ? new RetryLater(error) : error;
  }
}
