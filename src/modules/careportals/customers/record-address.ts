import { isRepeatOf } from '../../../platform/database/transaction.ts';
import type { Tx } from '../tables.ts';
import { addressId } from './address-id.ts';

/** An address as it was sent; null where unknown. */
export interface Address {
  address1: string | null;
  /** The flat: not part of the id, so the first one that arrives stays on the shared row. */
  address2: string | null;
  city: string | null;
  provinceCode: string | null;
  postalCode: string | null;
  countryCode: string | null;
}

export interface RecordedAddress {
  addressId: string;
  isWritten: boolean;
}

const SHARED = ['address1', 'city', 'province_code', 'postal_code', 'country_code'] as const;

/**
 * Makes sure that the address has its row. Of two spellings of one address the row keeps the one that sorts first,
 * so that it ends the same in whatever order they arrive.
 * @returns its id, and whether a row was made or changed; null for an address with nothing in it to identify.
 */
export async function recordAddress(tx: Tx, address: Address): Promise<RecordedAddress | null> {
  const id = addressId(address);
  return id === null ? null : { addressId: id, isWritten: await write(tx, id, rowOf(address)) };
}

async function write(tx: Tx, id: string, row: AddressRow): Promise<boolean> {
  const known = await find(tx, id);
  if (known && isEmpty(spellings(known, row))) return false;
  if (!known && (await insert(tx, id, row))) return true;
  const changes = spellings(await find(tx, id, 'lock'), row);
  if (isEmpty(changes)) return false;
  await tx
    .updateTable('addresses')
    .set({ ...changes, imported_at: null })
    .where('address_id', '=', id)
    .execute();
  return true;
}

type AddressRow = ReturnType<typeof rowOf>;

function rowOf(address: Address) {
  return {
    address1: address.address1,
    address2: address.address2,
    city: address.city,
    province_code: twoLetters(address.provinceCode),
    postal_code: address.postalCode,
    country_code: twoLetters(address.countryCode),
  };
}

function twoLetters(code: string | null): string | null {
  return code !== null && code.length <= 2 ? code : null;
}

function find(tx: Tx, id: string, lock?: 'lock') {
  const query = tx
    .selectFrom('addresses')
    .select([...SHARED])
    .where('address_id', '=', id);
  return (lock ? query.forUpdate() : query).executeTakeFirst();
}

/** False if another delivery was first. */
async function insert(tx: Tx, id: string, row: AddressRow): Promise<boolean> {
  try {
    await tx
      .insertInto('addresses')
      .values({ address_id: id, ...row })
      .execute();
    return true;
  } catch (error) {
    if (isRepeatOf(error, 'PRIMARY')) return false;
    throw error;
  }
}

function spellings(
  known: Pick<AddressRow, (typeof SHARED)[number]> | undefined,
  said: AddressRow,
): Partial<AddressRow> {
  const changes: Partial<AddressRow> = {};
  for (const column of SHARED) {
    const [now, then] = [said[column], known?.[column] ?? null];
    if (now !== null && (then === null || now < then)) changes[column] = now;
  }
  return changes;
}

function isEmpty(changes: object): boolean {
  return Object.keys(changes).length === 0;
}
