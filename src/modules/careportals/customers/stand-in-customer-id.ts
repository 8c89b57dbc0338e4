import { createHash } from 'node:crypto';

/**
 * The id of a customer of whom only the email is known: the same for every delivery, and plainly no id of the EMR.
 * When the EMR's own id arrives it becomes an alias.
 */
export function standInCustomerId(email: string): string {
  return `email-${createHash('sha256').update(email.toLowerCase()).digest('hex').slice(0, 24)}`;
}
