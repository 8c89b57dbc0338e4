import type { Delivery } from '../../../../platform/inbox/delivery.ts';
import type { Tx } from '../../tables.ts';
import type { Problem } from './body.ts';

/** Shown to admins as who wrote the error down. */
const TRIGGER_SOURCE = 'careportals_webhook';

/** Writes down which fields of a delivery could not be used. Names of fields only. */
export async function reportProblems(tx: Tx, delivery: Delivery, problems: Problem[]): Promise<void> {
  if (problems.length === 0) return;
  const sentences = problems.slice(0, 20).map(({ field, problem }) => `${field} ${problem}`);
  await report(tx, delivery, 'webhook_data_quality', `${sentences.join('; ')}.`, { problems: problems.slice(0, 20) });
}

/** Two statuses for one event: the address says one, the body another. */
export interface Disagreement {
  address: string;
  /** Null if the body's status is not a known one. */
  body: string | null;
}

/** Writes down that address and body disagree, and which was believed. @returns the same in a few words. */
export async function reportDisagreement(tx: Tx, delivery: Delivery, disagreement: Disagreement): Promise<string> {
  const { address, body } = disagreement;
  const believed =
    body === null ? 'the body says nothing known: the address is believed' : `the body says ${body} and is believed`;
  const note = `The address says ${address}, ${believed}`;
  await report(tx, delivery, 'webhook_disagreement', `${note}.`, { ...disagreement });
  return note;
}

function report(tx: Tx, delivery: Delivery, type: string, message: string, facts: object) {
  const { inboxId, eventType } = delivery;
  return tx
    .insertInto('error_logs')
    .values({
      error_type: type,
      error_message: `${eventType}: ${message}`,
      raw_data: JSON.stringify({ inboxId, eventType, ...facts }),
      trigger_source: TRIGGER_SOURCE,
    })
    .execute();
}

/** Notes as one text that the inbox's column holds. */
export function noteOf(notes: (string | null | false)[]): string | undefined {
  const told = notes.filter((note) => typeof note === 'string');
  return told.length === 0 ? undefined : told.join('. ').slice(0, 255);
}
