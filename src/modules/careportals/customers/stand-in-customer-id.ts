import { createHash, randomBytes } from 'node:crypto';

/** No id of the EMR begins so, nor so. */
const STAND_IN_PREFIX = 'email-';
const UNKNOWN_PREFIX = 'unknown-';

/**
 * The alias that stands for an email: the same for every delivery, and plainly no id of the EMR. Each email that a
 * customer ever had is known by it. It is for senders alone: whoever could look it up could look up a person by email.
 */
export function standInCustomerId(email: string): string {
  return STAND_IN_PREFIX + createHash('sha256').update(email.toLowerCase()).digest('hex').slice(0, 24);
}

/** Whether an id that somebody gives is such an alias: then it names nobody. */
export function isStandIn(customerId: string): boolean {
  return customerId.startsWith(STAND_IN_PREFIX);
}

/** The own id of a customer whom no id of the EMR has named yet. By chance, for it is shown and must tell nothing. */
export function unknownCustomerId(): string {
  return UNKNOWN_PREFIX + randomBytes(12).toString('hex');
}

/** An SQL condition: the EMR itself gave this id. */
export function isOfEmr(sql: string): string {
  return `(${sql} NOT LIKE '${STAND_IN_PREFIX}%' AND ${sql} NOT LIKE '${UNKNOWN_PREFIX}%')`;
}
