import type { Insertable } from 'kysely';
import type { Instant } from '../../../platform/database/instant.ts';
import { isRepeatOf } from '../../../platform/database/transaction.ts';
import type { Tables, Tx } from '../tables.ts';
import { jsonText, type NamedCustomer, toldRow } from '../told-row.ts';

/** A drug as it was prescribed; null where nothing was said. Patient data. */
export interface PrescribedDrug {
  name: string | null;
  /** The number by which pharmacies know it. */
  din: string | null;
  /** How much, in `unit`; decimal text. */
  quantity: string | null;
  unit: string | null;
  refills: number | null;
  notes: string | null;
}

/** What a pharmacy did with it once. */
export interface Fulfillment {
  /** The order's number. */
  orderId: string | null;
  status: string | null;
  createdAt: Instant | null;
  /** The pharmacy's numbers for what it handed out. */
  transactionNumbers: string[];
}

/** What was said of a prescription in one event; null where nothing was. */
export interface PrescriptionFacts {
  prescriptionId: string;
  customer: NamedCustomer;
  drugs: PrescribedDrug[] | null;
  fulfillments: Fulfillment[] | null;
  notes: string | null;
  createdAt: Instant | null;
  /** When it was said, by CarePortals' clock; the receipt time where the body has none. */
  at: Instant;
}

/**
 * Records a prescription, or what an event adds to it: each field ends as its newest teller has it, in whatever order
 * events come. Orders that it was once told to serve stay noted.
 */
export async function recordPrescription(tx: Tx, facts: PrescriptionFacts): Promise<void> {
  const { prescriptionId, drugs, fulfillments, notes } = facts;
  const known = await lockPrescription(tx, prescriptionId);
  const own = { drugs: jsonText(drugs), fulfillments: jsonText(fulfillments), notes };
  const row = toldRow(known, own, facts);
  if (known !== undefined) {
    await tx.updateTable('prescriptions').set(row).where('prescription_id', '=', prescriptionId).execute();
  } else if (!(await insert(tx, { prescription_id: prescriptionId, ...row }))) {
    return recordPrescription(tx, facts);
  }
  await noteOrders(tx, prescriptionId, fulfillments ?? []);
}

function lockPrescription(tx: Tx, prescriptionId: string) {
  return tx
    .selectFrom('prescriptions')
    .select(['customer_id', 'emr_customer_id', 'drugs', 'fulfillments', 'notes', 'created_at', 'updated_at', 'told_at'])
    .where('prescription_id', '=', prescriptionId)
    .forUpdate()
    .executeTakeFirst();
}

/** @returns false if another delivery has just inserted it: 1062 undoes the statement alone. */
async function insert(tx: Tx, row: Insertable<Tables['prescriptions']>): Promise<boolean> {
  try {
    await tx.insertInto('prescriptions').values(row).execute();
    return true;
  } catch (error) {
    if (!isRepeatOf(error, 'prescriptions.PRIMARY')) throw error;
    return false;
  }
}

async function noteOrders(tx: Tx, prescriptionId: string, fulfillments: Fulfillment[]): Promise<void> {
  const numbers = new Set(fulfillments.map(({ orderId }) => orderId).filter((orderId) => orderId !== null));
  if (numbers.size === 0) return;
  const links = [...numbers].map((orderId) => ({ prescription_id: prescriptionId, order_id: orderId }));
  await tx
    .insertInto('prescription_orders')
    .values(links)
    .onDuplicateKeyUpdate({ prescription_id: prescriptionId })
    .execute();
}
