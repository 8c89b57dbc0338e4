import type { Random } from '../random.ts';
import { AREA_CODES, CITIES, FIRST_NAMES, LAST_NAMES, MAIL_DOMAINS, STREETS } from '../words.ts';
import { emrId, type Teller } from './story.ts';

/** A customer as the EMR has them at one moment; `_id` and `email` may be blank in what it sends. */
export interface Contact {
  _id: string;
  email: string;
  phone: string;
  firstName: string;
  lastName: string;
}

export interface ShipTo {
  address1: string;
  address2: string;
  city: string;
  provinceCode: string;
  postalCode: string;
  countryCode: string;
}

/** How somebody is known: by one id and email all along, by two ids, or with an email that changes. */
type Kind = 'plain' | 'twoIds' | 'newEmail';

/** Someone invented, who may move on while the story goes on. */
export class Person {
  readonly random: Random;
  readonly kind: Kind;
  readonly stripeId: string;
  readonly shipTo: ShipTo;
  readonly #ids: string[];
  #contact: Contact;

  constructor(teller: Teller, number: number, building: ShipTo | null) {
    this.random = teller.random;
    this.kind = teller.odd(0.3) ? (teller.odd(0.5) ? 'newEmail' : 'twoIds') : 'plain';
    this.#ids = this.kind === 'twoIds' ? [emrId(this.random), emrId(this.random)] : [emrId(this.random)];
    this.stripeId = `cus_${this.random.base62(14)}`;
    this.shipTo = building ? apartmentIn(building, this.random) : newHome(this.random);
    this.#contact = newContact(this.random, this.#ids[0]!, number);
  }

  /** As the EMR shows them now, under any of their ids. */
  contact(): Contact {
    return { ...this.#contact, _id: this.random.pick(this.#ids) };
  }

  /**
   * The same as some templates send it: now and then without email, or without id. Who gets a new email is always
   * named by id, or else nothing could tell that both emails are one person.
   */
  contactIn(teller: Teller): Contact {
    const contact = this.contact();
    if (teller.odd(0.06)) return { ...contact, email: '' };
    return teller.odd(0.06) && this.kind !== 'newEmail' ? { ...contact, _id: '' } : contact;
  }

  /** Marries, changes the telephone, or the email where that is in the plan. */
  moveOn(): void {
    const { random } = this;
    const contact = this.#contact;
    const change = random.below(3);
    if (change === 0) contact.lastName = random.pick(LAST_NAMES);
    else if (change === 1 || this.kind !== 'newEmail') contact.phone = phone(random);
    else contact.email = `new.${contact.email.replace(/^new\./, '')}`;
  }
}

function newContact(random: Random, _id: string, number: number): Contact {
  const [firstName, lastName] = [random.pick(FIRST_NAMES), random.pick(LAST_NAMES)];
  const account = `${firstName}.${lastName}.${number}`.normalize('NFKD').replaceAll(/[^A-Za-z0-9.]/g, '');
  const email = `${random.chance(0.8) ? account.toLowerCase() : account}@${random.pick(MAIL_DOMAINS)}`;
  return { _id, email, phone: phone(random), firstName, lastName };
}

function phone(random: Random): string {
  const line = String(random.between(100, 199)).padStart(4, '0');
  const area = random.pick(AREA_CODES);
  const forms = [`+1${area}555${line}`, `(${area}) 555-${line}`, `1${area}555${line}`, ''];
  return forms[random.chance(0.8) ? 0 : random.between(1, 3)]!;
}

export function newHome(random: Random): ShipTo {
  const [city, provinceCode, postalArea] = random.pick(CITIES);
  return {
    address1: `${random.between(1, 999)} ${random.pick(STREETS)}`,
    address2: random.chance(0.2) ? `Unit ${random.between(1, 40)}` : '',
    city,
    provinceCode,
    postalCode: `${postalArea}${random.between(10, 99)}`,
    countryCode: random.chance(0.8) ? 'US' : '',
  };
}

/** A building whose tenants order too. */
export function building(random: Random): ShipTo {
  return { ...newHome(random), address1: `${random.between(100, 999)} Juniper St.`, countryCode: 'US' };
}

/** Everybody writes the same building in their own way. */
function apartmentIn(house: ShipTo, random: Random): ShipTo {
  const spellings = [house.address1, house.address1.toUpperCase(), house.address1.replace('St.', 'Street')];
  const city = random.chance(0.5) ? house.city : house.city.toLowerCase();
  return { ...house, city, address1: random.pick(spellings), address2: `Apt ${random.between(1, 60)}` };
}
