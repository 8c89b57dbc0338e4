import { createHash } from 'node:crypto';
import { addressId } from '../../customers/address-id.ts';
import { AREA_CODES, CITIES, FIRST_NAMES, LAST_NAMES, STREETS } from '../../demo/words.ts';
import { type Cells, copied, duplicate, type Form, rejected, repaired, withCells } from './form.ts';
import type { SetOfRows } from './set-of-rows.ts';

const ID_OF_NOTHING = createHash('md5').update('').digest('hex');

export const customers: Form = {
  sheet: 'customers',
  columns: ['customer_id', 'email', 'first_name', 'last_name', 'phone'],
  hasHeader: true,
  rows: 281,
  honest(set, index) {
    const random = set.random('person', index);
    const first = random.pick(FIRST_NAMES);
    const last = random.pick(LAST_NAMES);
    const name = `${first}.${last}`.normalize('NFD').replaceAll(/[^A-Za-z.]/g, '');
    return {
      customer_id: set.id24('customer', index),
      email: `${name.toLowerCase()}.${set.number * this.rows + index}@example.com`,
      first_name: first,
      last_name: last,
      phone: { number: `1${random.pick(AREA_CODES)}55501${String(random.below(100)).padStart(2, '0')}` },
    };
  },
  oddities: [
    repaired(
      'phone-country-added',
      'phone',
      40,
      withCells(({ phone }) => ({ phone: withoutCountry(phone) })),
    ),
    repaired(
      'phone-null',
      'phone',
      6,
      withCells(() => ({ phone: { number: '0' } })),
    ),
    repaired(
      'email-spaces',
      'email',
      2,
      withCells(({ email }) => ({ email: String(email).replace('.', ' .') })),
    ),
    repaired(
      'email-shape',
      'email',
      1,
      withCells((_, { set, index }) => ({ email: `none-${set.number}-${index}` })),
    ),
    repaired(
      'text-clipped',
      'last_name',
      1,
      withCells(() => ({ last_name: 'Longname'.repeat(20) })),
    ),
    repaired(
      'template-artefact',
      'first_name',
      1,
      withCells(() => ({ first_name: 'undefined' })),
    ),
    repaired(
      'customer-same-email',
      'email',
      2,
      withCells((_, { earlier }) => ({ email: String(earlier.email).toUpperCase() })),
    ),
    duplicate('duplicate-same', 1, copied()),
    duplicate(
      'duplicate-differs',
      1,
      copied(() => ({ last_name: 'Newname' })),
    ),
    rejected(
      'key-shape',
      'customer_id',
      1,
      withCells(() => ({ customer_id: 'merged by hand' })),
    ),
    rejected(
      'value-missing',
      'email',
      1,
      withCells(() => ({ email: null })),
    ),
  ],
};

function withoutCountry(phone: Cells[string] | undefined): Cells[string] {
  return { number: (phone as { number: string }).number.slice(1) };
}

const WITH_ZERO = CITIES.filter(([, , area]) => area.startsWith('0'));

export const addresses: Form = {
  sheet: 'addresses',
  columns: ['address_id', 'address1', 'address2', 'city', 'province_code', 'postal_code', 'country_code'],
  hasHeader: true,
  rows: 248,
  honest: (set, index) => addressCells(set, index, CITIES),
  oddities: [
    repaired(
      'address-other-recipe',
      'address_id',
      62,
      withCells((_, { set, index }) => ({ address_id: set.random('other recipe', index).hex(32) })),
    ),
    repaired('postal-zero-restored', 'postal_code', 25, (_, { set, index }) => {
      const cells = addressCells(set, index, WITH_ZERO);
      return { ...cells, postal_code: { number: String(Number(cells.postal_code)) } };
    }),
    repaired(
      'template-artefact',
      'address2',
      1,
      withCells(() => ({ address2: '[object Object]' })),
    ),
    duplicate('duplicate-same', 1, copied()),
    rejected('address-empty', 'address_id', 2, () => ({ address_id: ID_OF_NOTHING, country_code: 'US' })),
  ],
};

function addressCells(set: SetOfRows, index: number, cities: typeof CITIES): Cells {
  const random = set.random('home', index);
  const [city, province_code, area] = random.pick(cities);
  const address1 = `${100 + set.number * addresses.rows + index} ${random.pick(STREETS)}`;
  const postal_code = area + String(random.below(100)).padStart(2, '0');
  return {
    address_id: addressId({ address1, city, provinceCode: province_code, postalCode: postal_code }),
    address1,
    address2: index % 8 === 0 ? `Apt ${1 + random.below(40)}` : null,
    city,
    province_code,
    postal_code,
    country_code: index % 16 === 0 ? 'US' : null,
  };
}
