import type { Insertable } from 'kysely';
import type { Instant } from '../../../platform/database/instant.ts';
import { isRepeatOf } from '../../../platform/database/transaction.ts';
import type { Tables, Tx } from '../tables.ts';
import { type NamedCustomer, toldRow } from '../told-row.ts';

/** What was said of a message in one event; null where nothing was. Patient data. */
export interface MessageFacts {
  messageId: string;
  customer: NamedCustomer;
  /** e.g. `WEB`, `SMS`. */
  channel: string | null;
  /** 1 if it came from the customer, 0 if it went to them. */
  inbound: 0 | 1 | null;
  /** Where the body names a person instead of a customer's id. */
  senderName: string | null;
  contactEmail: string | null;
  subject: string | null;
  content: string | null;
  status: string | null;
  createdAt: Instant | null;
  /** When it was said, by CarePortals' clock; the receipt time where the body has none. */
  at: Instant;
}

/** Records a message, or what an event adds to it: each field ends as its newest teller has it. */
export async function recordMessage(tx: Tx, facts: MessageFacts): Promise<void> {
  const { messageId, customer, createdAt, at, senderName, contactEmail, ...told } = facts;
  const known = await lockMessage(tx, messageId);
  const own = { ...told, sender_name: senderName, contact_email: contactEmail };
  const row = toldRow(known, own, { customer, createdAt, at });
  if (known !== undefined) {
    await tx.updateTable('messages').set(row).where('message_id', '=', messageId).execute();
  } else if (!(await insert(tx, { message_id: messageId, ...row }))) {
    return recordMessage(tx, facts);
  }
}

function lockMessage(tx: Tx, messageId: string) {
  return tx
    .selectFrom('messages')
    .select(['customer_id', 'emr_customer_id', 'created_at', 'updated_at', 'told_at'])
    .select(['channel', 'inbound', 'sender_name', 'contact_email', 'subject', 'content', 'status'])
    .where('message_id', '=', messageId)
    .forUpdate()
    .executeTakeFirst();
}

/** @returns false if another delivery has just inserted it: 1062 undoes the statement alone. */
async function insert(tx: Tx, row: Insertable<Tables['messages']>): Promise<boolean> {
  try {
    await tx.insertInto('messages').values(row).execute();
    return true;
  } catch (error) {
    if (!isRepeatOf(error, 'messages.PRIMARY')) throw error;
    return false;
  }
}
