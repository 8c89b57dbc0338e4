import { createHash } from 'node:crypto';

/** The parts of an address that identify it; null where unknown. The flat and the country are not among them. */
export interface AddressParts {
  address1: string | null;
  city: string | null;
  provinceCode: string | null;
  postalCode: string | null;
}

/**
 * Street types, in the order in which they are replaced, with their short forms. The order and the oddities (a city
 * of St. Clair becomes Street Clair, the state CT becomes court) are those of the script that made the existing ids.
 */
const STREET_TYPES: [full: string, short: string[]][] = [
  ['street', ['st']],
  ['avenue', ['ave', 'av']],
  ['drive', ['dr', 'drv']],
  ['road', ['rd']],
  ['boulevard', ['blvd', 'boul']],
  ['lane', ['ln', 'la']],
  ['court', ['ct', 'crt']],
  ['circle', ['cir']],
  ['place', ['pl']],
  ['way', ['wy']],
  ['parkway', ['pkwy', 'pky']],
  ['highway', ['hwy']],
];

const REPLACEMENTS = STREET_TYPES.flatMap(([full, shorts]) =>
  shorts.flatMap((short): [RegExp, string][] => [
    [new RegExp(`\\b${short}\\.`, 'g'), full],
    [new RegExp(`\\b${short}\\b`, 'g'), full],
  ]),
);

/**
 * The id under which an address stands: MD5 of its normalised text, 32 hexadecimal digits. One building is one id,
 * whatever the flat. Null where nothing is left to hash.
 */
export function addressId(parts: AddressParts): string | null {
  const text = addressText(parts);
  return text === '' ? null : createHash('md5').update(text).digest('hex');
}

/** The text that is hashed. */
export function addressText(parts: AddressParts): string {
  const postal = (parts.postalCode ?? '').replaceAll(/[\s-]/g, '').toLowerCase();
  const words = [parts.address1, parts.city, parts.provinceCode].map((part) => (part ?? '').toLowerCase().trim());
  const full = REPLACEMENTS.reduce((text, [short, long]) => text.replace(short, long), [...words, postal].join(' '));
  return full.replaceAll(/[^a-z0-9]/g, '');
}
