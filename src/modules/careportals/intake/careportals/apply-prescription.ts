import type { Cause } from '../../../../platform/cause.ts';
import type { Delivery, Outcome } from '../../../../platform/inbox/delivery.ts';
import { type Fulfillment, type PrescribedDrug, recordPrescription } from '../../prescriptions/record-prescription.ts';
import type { Tx } from '../../tables.ts';
import { type Body, bodyOf, emrIdAt, instantAt, shortTextAt, valueAt } from './body.ts';
import { orderNumber, wholeNumber } from './clean.ts';
import { indicesBelow } from './indices-below.ts';
import { longTextAt } from './long-text-at.ts';
import { linkNamed, nameCustomer, outcomeOf } from './named-customer.ts';
import { readCustomer } from './read-customer.ts';
import { reportProblems } from './report-problems.ts';
import { toldTime } from './told-time.ts';

/** More drugs, or fulfilments, no true prescription has. */
const MOST = 50;
/** In characters; four bytes each fit the column. */
const LONGEST_NOTES = 16_000;

/** `prescription.created`, `prescription.fulfilled` and whatever else tells of a prescription. */
export async function applyPrescription(tx: Tx, delivery: Delivery, cause: Cause): Promise<Outcome> {
  const body = bodyOf(delivery.payload);
  const prescriptionId = emrIdAt(body, '_id');
  if (prescriptionId === null) {
    await reportProblems(tx, delivery, body.problems);
    return { kind: 'quarantined', note: 'The body names no prescription. The delivery is kept' };
  }
  const at = toldTime(instantAt(body, 'updatedAt'), delivery.receivedAt);
  const customer = await nameCustomer(tx, readCustomer(body), at, delivery);
  await recordPrescription(tx, { prescriptionId, customer, at, ...readPrescription(body) });
  const subjects = [{ type: 'Prescription', id: prescriptionId }, ...(await linkNamed(tx, cause, customer))];
  return outcomeOf(tx, delivery, body, customer, subjects);
}

function readPrescription(body: Body) {
  return {
    drugs: listAt(body, 'drugs', drugAt),
    fulfillments: listAt(body, 'fulfillments', fulfillmentAt),
    notes: longTextAt(body, 'notes', LONGEST_NOTES),
    createdAt: instantAt(body, 'createdAt'),
  };
}

/** Null for a list that says nothing. */
function listAt<T>(body: Body, path: string, read: (body: Body, prefix: string) => T | null): T[] | null {
  const entries = indicesBelow(body, path, MOST).map((index) => read(body, `${path}.${index}.`));
  const told = entries.filter((entry) => entry !== null);
  return told.length === 0 ? null : told;
}

function drugAt(body: Body, prefix: string): PrescribedDrug | null {
  const drug: PrescribedDrug = {
    name: shortTextAt(body, 255, `${prefix}drugName`, `${prefix}name`),
    din: shortTextAt(body, 100, `${prefix}din`),
    quantity: shortTextAt(body, 50, `${prefix}mitte`),
    unit: shortTextAt(body, 50, `${prefix}mitteType`),
    refills: valueAt(body, wholeNumber, 'is not a whole number', `${prefix}refills`),
    notes: longTextAt(body, `${prefix}notes`, LONGEST_NOTES),
  };
  return Object.values(drug).every((value) => value === null) ? null : drug;
}

function fulfillmentAt(body: Body, prefix: string): Fulfillment | null {
  const fulfillment: Fulfillment = {
    orderId: valueAt(body, orderNumber, 'is not an order number', `${prefix}orderId`),
    status: shortTextAt(body, 50, `${prefix}status`),
    createdAt: instantAt(body, `${prefix}createdAt`),
    transactionNumbers: indicesBelow(body, `${prefix}drugs`, MOST)
      .map((index) => shortTextAt(body, 100, `${prefix}drugs.${index}.txNumber`))
      .filter((number) => number !== null),
  };
  const { transactionNumbers, ...said } = fulfillment;
  const saysNothing = transactionNumbers.length === 0 && Object.values(said).every((value) => value === null);
  return saysNothing ? null : fulfillment;
}
