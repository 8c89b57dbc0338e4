import type { Cause } from '../../../../platform/cause.ts';
import type { Instant } from '../../../../platform/database/instant.ts';
import type { Delivery, Outcome } from '../../../../platform/inbox/delivery.ts';
import { type MessageFacts, recordMessage } from '../../messages/record-message.ts';
import type { Tx } from '../../tables.ts';
import { type Body, bodyOf, emrIdAt, flagAt, instantAt, shortTextAt, textAt, valueAt } from './body.ts';
import { emailAddress, emrId } from './clean.ts';
import { longTextAt } from './long-text-at.ts';
import { linkNamed, type Named, nameByEmail, nameCustomer, outcomeOf } from './named-customer.ts';
import { readCustomer } from './read-customer.ts';
import { reportProblems } from './report-problems.ts';
import { toldTime } from './told-time.ts';

/** In characters; four bytes each fit the column. The delivery keeps all of it. */
const LONGEST_CONTENT = 16_000;

/** Any `message.*` event. */
export async function applyMessage(tx: Tx, delivery: Delivery, cause: Cause): Promise<Outcome> {
  const body = bodyOf(delivery.payload);
  const messageId = emrIdAt(body, '_id');
  if (messageId === null) {
    await reportProblems(tx, delivery, body.problems);
    return { kind: 'quarantined', note: 'The body names no message. The delivery is kept' };
  }
  const contactEmail = valueAt(body, emailAddress, 'is not an email address', 'contact.email');
  const at = toldTime(instantAt(body, 'updatedAt'), delivery.receivedAt);
  const customer = await senderOf(tx, delivery, body, contactEmail, at);
  await recordMessage(tx, { messageId, customer, contactEmail, at, ...readMessage(body, delivery.eventType) });
  const subjects = [{ type: 'Message', id: messageId }, ...(await linkNamed(tx, cause, customer))];
  return outcomeOf(tx, delivery, body, customer, subjects);
}

/**
 * `customer` is an id by the vendor's word and often a name in practice. An id makes a customer, with the contact's
 * email for want of another; a name with an email only finds one, for strangers write as well.
 */
function senderOf(tx: Tx, delivery: Delivery, body: Body, contactEmail: string | null, at: Instant): Promise<Named> {
  const facts = readCustomer(body);
  const email = facts.email ?? contactEmail;
  if (facts.careportalsId === null) return nameByEmail(tx, email);
  return nameCustomer(tx, { ...facts, email }, at, delivery);
}

function readMessage(
  body: Body,
  eventType: string,
): Omit<MessageFacts, 'messageId' | 'customer' | 'contactEmail' | 'at'> {
  return {
    channel: shortTextAt(body, 20, 'channel'),
    inbound: inboundOf(body, eventType),
    senderName: senderName(body),
    subject: shortTextAt(body, 1_000, 'subject'),
    content: longTextAt(body, 'content', LONGEST_CONTENT),
    status: shortTextAt(body, 50, 'status'),
    createdAt: instantAt(body, 'createdAt'),
  };
}

function inboundOf(body: Body, eventType: string): 0 | 1 | null {
  if (textAt(body, 'inbound') !== null) return flagAt(body, 'inbound') ? 1 : 0;
  if (eventType === 'message.inbound') return 1;
  return eventType === 'message.outbound' ? 0 : null;
}

function senderName(body: Body): string | null {
  const text = shortTextAt(body, 200, 'customer');
  return text === null || emrId(text) !== null ? null : text;
}
