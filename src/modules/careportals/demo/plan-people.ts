import { addressId } from '../customers/address-id.ts';
import type { DemoCounts } from './demo-counts.ts';
import type { DemoIds } from './demo-ids.ts';
import type { KnownSoFar } from './known-so-far.ts';
import type { Random } from './random.ts';
import { AREA_CODES, CITIES, FIRST_NAMES, LAST_NAMES, MAIL_DOMAINS, STREETS } from './words.ts';

/** A building; its flats share the address id. */
export interface Home {
  addressId: string;
  address1: string;
  /** The flat that the address row names: the first one. */
  firstUnit: string | null;
  city: string;
  provinceCode: string;
  postalCode: string;
  countryCode: string | null;
}

export interface Person {
  customerId: string;
  firstName: string;
  lastName: string;
  email: string;
  phone: string | null;
  stripeCustomerId: string;
  paymentMethodId: string;
  cardLast4: string;
  cardBrand: string;
  home: Home;
  /** The own flat. */
  unit: string | null;
  /** Whether the building's row comes with this person. */
  isFirstInHome: boolean;
}

/** Step through the street numbers; being prime to HOUSE_NUMBERS it meets each once. */
const HOUSE_STEP = 7_919;
const HOUSE_NUMBERS = 99_991;

/** Fictional people, one a start. Some live in the building of an earlier one, in another flat. */
export function planPeople(
  counts: DemoCounts,
  starts: number[],
  known: Pick<KnownSoFar, 'customers' | 'addresses'>,
  ids: DemoIds,
  random: Random,
): Person[] {
  const newHomes = planHomes(counts, starts.length, known.addresses, random);
  const shared: Home[] = [];
  return starts.map((_start, i) => {
    const own = newHomes.get(i);
    if (own?.firstUnit) shared.push(own);
    const home = own ?? random.pick(shared.length > 0 ? shared : [...newHomes.values()].slice(0, 1));
    const unit = own ? own.firstUnit : unitOf(random);
    const person = personOf(known.customers + i + 1, ids.mongoId(random), random);
    return { ...person, home, unit, isFirstInHome: own !== undefined };
  });
}

/** By customer: who brings a building of their own. The first one always does. */
function planHomes(counts: DemoCounts, people: number, knownAddresses: number, random: Random): Map<number, Home> {
  const others = Array.from({ length: people - 1 }, (_, i) => i + 1);
  const owners = [0, ...random.choose(others, counts.addresses - 1)];
  const flats = new Set(random.choose(owners, counts.apartmentBuildings));
  const telling = new Set(random.choose(owners, counts.addressesWithCountry));
  return new Map(
    owners.map((owner, i) => {
      const home = homeOf(knownAddresses + i, flats.has(owner), telling.has(owner), random);
      return [owner, home];
    }),
  );
}

function homeOf(number: number, hasFlats: boolean, tellsCountry: boolean, random: Random): Home {
  const [city, provinceCode, area] = random.pick(CITIES);
  const postalCode = `${area}${random.between(10, 99)}`;
  const houses = Math.floor(number / HOUSE_NUMBERS) * HOUSE_NUMBERS + ((number * HOUSE_STEP) % HOUSE_NUMBERS);
  const address1 = `${houses + 10} ${random.pick(STREETS)}`;
  return {
    addressId: addressId({ address1, city, provinceCode, postalCode })!,
    address1,
    firstUnit: hasFlats ? unitOf(random) : null,
    city,
    provinceCode,
    postalCode,
    countryCode: tellsCountry ? 'US' : null,
  };
}

function unitOf(random: Random): string {
  return `Apt ${random.between(1, 24)}${random.pick(['A', 'B', 'C', 'D'])}`;
}

function personOf(number: number, customerId: string, random: Random) {
  const firstName = random.pick(FIRST_NAMES);
  const lastName = random.pick(LAST_NAMES);
  const email = `${plain(firstName)}.${plain(lastName)}${number}@${random.pick(MAIL_DOMAINS)}`;
  return {
    customerId,
    firstName,
    lastName,
    email: random.chance(0.9) ? email.toLowerCase() : email,
    phone: random.chance(0.97) ? `+1${random.pick(AREA_CODES)}55501${random.between(10, 99)}` : null,
    stripeCustomerId: `cus_${random.base62(14)}`,
    paymentMethodId: `pm_1${random.base62(23)}`,
    cardLast4: String(random.below(10_000)).padStart(4, '0'),
    cardBrand: random.pick(['visa', 'visa', 'visa', 'mastercard', 'mastercard', 'amex', 'discover']),
  };
}

/** Letters that a mail address may have. */
function plain(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll('ø', 'o')
    .replaceAll('Ø', 'O')
    .replaceAll(/[^A-Za-z]/g, '');
}
