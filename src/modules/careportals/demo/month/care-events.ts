import type { OrderDocument } from './order-document.ts';
import type { Person } from './person.ts';
import { careportals, DAY, emrId, MINUTE, type Story, type StoryEvent, type Teller } from './story.ts';
import { customerKeys, spoilt } from './templates.ts';

/** Somebody opens an account; the EMR sends password material with it, which nobody may keep. */
export function signedUp(teller: Teller, person: Person): StoryEvent {
  const at = teller.clock.now().toISOString();
  const { _id, ...contact } = person.contact();
  const body = {
    organization: 'demo_org',
    uname: `${contact.email}#demo_org`,
    ...contact,
    hash: teller.random.hex(32),
    salt: teller.random.hex(16),
    gender: 'female',
    dob: '1984-09-21',
    addresses: [],
    usedCoupons: [''],
    source: 'signup',
    acceptMarketing: true,
    isOnboarded: false,
    _id,
    createdAt: at,
    updatedAt: at,
    __v: 0,
  };
  return careportals(teller, 'customer.signup', body, teller.odd(0.2) ? '/webhooks/careportals' : undefined);
}

/** The operator's template, which has no time at all, or the whole prescription. */
export function carePrescribed(teller: Teller, person: Person, order: OrderDocument): StoryEvent {
  const _id = prescriptionId(order);
  if (teller.random.chance(0.4))
    return careportals(teller, 'prescription.created', prescription(teller, person, order, _id));
  const body = { _id, organization: 'demo_org', ...customerKeys(person.contactIn(teller)) };
  return careportals(
    teller,
    'prescription.created',
    spoilt(teller, body),
    teller.odd(0.2) ? '/webhooks/careportals' : undefined,
  );
}

/** The pharmacy has filled it; it names the orders by their numbers. */
export function prescriptionFulfilled(teller: Teller, person: Person, order: OrderDocument): StoryEvent {
  const at = teller.clock.now().toISOString();
  const whole = prescription(teller, person, order, prescriptionId(order));
  const drugs = [
    { din: 'DEMO-DIN-0001', qty: 1, name: order.lineItems[0]!.extras.drugName, txNumber: `TXN${order.id}` },
  ];
  const fulfillments = [{ drugs, orderId: order.id, status: 'processing', notes: '', createdAt: at }];
  return careportals(teller, 'prescription.fulfilled', { ...whole, fulfillments, updatedAt: at });
}

function prescriptionId(order: OrderDocument): string {
  return `${order._id.slice(0, 22)}aa`;
}

function prescription(teller: Teller, person: Person, order: OrderDocument, _id: string) {
  const at = teller.clock.now().toISOString();
  const drugName = order.lineItems[0]!.extras.drugName;
  return {
    _id,
    drugs: [{ din: 'DEMO-DIN-0001', mitte: 1, mitteType: 'vial', refills: 3, notes: 'Inject once weekly.', drugName }],
    fulfillments: [] as object[],
    customer: person.contactIn(teller),
    notes: '',
    createdBy: { _id: '68e2990fb0c3d64a6621a9f2', firstName: 'Imogen', lastName: 'Vartan' },
    createdAt: order.createdAt,
    organization: 'demo_org',
    updatedAt: at,
    __v: 1,
  };
}

const QUESTIONS = [
  'Has my package left the pharmacy yet? 📦',
  'Please pause my plan for a month.',
  'When is the next dose due?',
  'Can I move the renewal to the 15th?',
];

/** A message names its sender by id, or by name and email, or all three. */
export function messageSent(teller: Teller, person: Person): StoryEvent {
  const { random, clock } = teller;
  const at = clock.now().toISOString();
  const { _id, email, firstName, lastName } = person.contact();
  const common = { _id: emrId(random), channel: random.pick(['WEB', 'SMS']), content: random.pick(QUESTIONS) };
  const rest = { subject: 'Inbox inbound message', status: 'pending', createdAt: at, updatedAt: at };
  const byId = { ...common, inbound: true, customer: _id, contact: { email }, ...rest, __v: 0 };
  const byName = {
    ...common,
    inbound: 'true',
    customer: `${firstName} ${lastName}`,
    'customer._id': '',
    'contact.email': email,
    ...rest,
  };
  const path = teller.odd(0.2) ? '/webhooks/careportals' : undefined;
  return careportals(teller, 'message.inbound', random.chance(0.5) ? byId : byName, path);
}

/** Answers to a questionnaire, sometimes half of them first; who sends it twice a day has changed something. */
export function* answered(teller: Teller, person: Person, type: string): Story {
  const { random, clock } = teller;
  clock.pass(random.between(5 * MINUTE, DAY / 4));
  const begunAt = clock.now().toISOString();
  const submission = {
    _id: emrId(random),
    organization: 'demo_org',
    type,
    internal: false,
    createdAt: begunAt,
    __v: 0,
  };
  const height = { [`${type}_weightAndHeight`]: { feet: 5, inches: 6, weight: random.between(140, 260) } };
  const customer = { ...person.contact(), gender: 'female', dob: '1984-09-21', usedCoupons: [''], createdAt: begunAt };
  if (teller.odd(0.3)) {
    const half = { ...submission, customer, status: 'incomplete', answers: height, updatedAt: begunAt };
    yield careportals(teller, 'questionnaire.submitted', half);
    clock.pass(random.between(MINUTE, 20 * MINUTE));
  }
  const updatedAt = clock.now().toISOString();
  const answers = {
    states: {},
    ...height,
    [`${type}_sideEffects`]: {
      [`${type}_sideEffects_nausea`]: random.chance(0.3),
      [`${type}_sideEffects_none`]: false,
    },
    medications: { list: random.chance(0.5) ? [{ name: 'Vitamin D' }] : [] },
  };
  const statusHistory = [{ prevStatus: 'incomplete', newStatus: 'new', updatedAt }];
  const whole = { ...submission, customer, status: 'new', statusHistory, answers, updatedAt };
  yield careportals(teller, 'questionnaire.submitted', whole);
}
