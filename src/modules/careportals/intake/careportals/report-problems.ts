import type { Delivery } from '../../../../platform/inbox/delivery.ts';
import { reportOnce } from '../../report-once.ts';
import type { Tx } from '../../tables.ts';
import type { Problem } from './body.ts';

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

/** Once a delivery, however often it is tried; it is the row that is held. */
function report(tx: Tx, { inboxId, eventType }: Delivery, errorType: string, message: string, facts: object) {
  return reportOnce(tx, {
    errorType,
    source: `webhook:${inboxId}`,
    message: `${eventType}: ${message}`,
    facts: { inboxId, eventType, ...facts },
  });
}

/** Which fields could not be used, in a few words; null if all could. */
export function unusedFields(problems: readonly Problem[]): string | null {
  const fields = new Set(problems.map(({ field }) => field));
  return fields.size === 0 ? null : `Could not be used: ${[...fields].join(', ')}`;
}

/** Notes as one text that the inbox's column holds. */
export function noteOf(notes: (string | null | false)[]): string | undefined {
  const told = notes.filter((note) => typeof note === 'string');
  return told.length === 0 ? undefined : told.join('. ').slice(0, 255);
}
