import { mysqlNumber, RetryLater } from '../database/transaction.ts';
import { DeliveryFailure, NotNow } from './delivery.ts';

/**
 * A failure in words that may be stored and shown to support: our own message for our own errors, else the kind of
 * error and MySQL's numbers. Any other message may quote a row or a body.
 */
export function describeFailure(error: unknown): string {
  if (error instanceof DeliveryFailure || error instanceof NotNow) return error.message;
  const name = error instanceof Error ? error.name : typeof error;
  const text = error instanceof RetryLater ? `${name}: ${error.message}` : name;
  const number = mysqlNumber(error);
  return number === 0 ? text : `${text} (MySQL ${number}${sqlState(error)})`;
}

function sqlState(error: unknown): string {
  for (let e = error as { sqlState?: unknown; cause?: unknown } | undefined; e; e = e.cause as typeof e) {
    if (typeof e.sqlState === 'string') return `, SQLSTATE ${e.sqlState}`;
  }
  return '';
}
