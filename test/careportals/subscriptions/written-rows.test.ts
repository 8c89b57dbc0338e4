import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { makeCustomer, makeSubscription } from '../schema/make-rows.ts';
import { openSession, type Session } from '../schema/session.ts';
import { setSpine } from './lifecycle.ts';
import { newId } from './standing.ts';

const SUBSCRIPTION = `id subscriptionId status rawStatus cycle version nextCycleDate createdAt updatedAt skippedDates
  customer { customerId } product { productId } scheduledChanges { action dueAt reason reasonCode correlationId }`;
const ENTRY = `id logId subscriptionId cycle status previousStatus version triggerType effect actor actorRole source reason
  reasonCode comment correlationId createdAt updatedAt webhookReceivedAt rawData previousHash hash
  changes { field before after } subscription { version }`;

let server: TestApp;
let admin: Session;
let query: Query;
let tokens: Record<'admin' | 'ann', string>;
beforeAll(async () => {
  server = await createTestApp();
  admin = await openSession(server.database.adminUrl);
  query = await plainQuery(server.database.orm);
  await makeCustomer(admin, 'ann');
  await admin.run(`INSERT INTO products (product_id, list_price, renewal_cycle_duration)
    VALUES ('monthly', 100, 28), ('quarterly', 300, 84)`);
  tokens = {
    admin: await server.token({ role: 'admin' }),
    ann: await server.token({ role: 'customer', customerId: 'ann' }),
  };
});
afterAll(async () => {
  await admin?.close();
  await server?.stop();
});

function daysAhead(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}

/** One after the other on the same subscription, so that each finds what the one before left. */
const STORY: [string, object][] = [
  ['skipSubscriptionCycle', { reason: 'enough_medication', comment: 'é 😀 "quoted" \\ half \ud800' }],
  ['unskipSubscriptionCycle', {}],
  ['rescheduleSubscription', { nextCycleDate: daysAhead(20) }],
  ['swapSubscriptionProduct', { productId: 'quarterly' }],
  ['advanceSubscriptionCycle', {}],
  ['pauseSubscription', { cycles: 1, reason: 'Something else' }],
  ['undoScheduledChange', {}],
  ['resumeSubscription', { resumeAt: daysAhead(3) }],
  ['resumeSubscription', {}],
  ['cancelSubscription', { atCycleEnd: true }],
  ['cancelSubscription', {}],
  ['reactivateSubscription', {}],
];

test.each(['admin', 'ann'] as const)('what a mutation answers %s is what reading it gives', async (who) => {
  const subscriptionId = newId();
  await makeSubscription(admin, subscriptionId, 'active', 'ann');
  await admin.changed("UPDATE subscriptions_active SET product_id = 'monthly' WHERE subscription_id = ?", [
    subscriptionId,
  ]);
  await setSpine(query, subscriptionId, { next_cycle_date: daysAhead(10).slice(0, 23).replace('T', ' ') });
  for (const [mutation, args] of STORY) {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    const done = await server.ask<{ done: { subscription: object; auditEntry: { id: string } | null } }>(
      tokens[who],
      `mutation ($input: ${type}!) { done: ${mutation}(input: $input) {
        subscription { ${SUBSCRIPTION} } auditEntry { ${ENTRY} } } }`,
      { input: { subscriptionId, ...args } },
    );
    const entryId = done.data?.done.auditEntry?.id;
    if (who === 'admin') expect([mutation, entryId]).toEqual([mutation, expect.any(String)]);
    const read = await server.ask(
      tokens[who],
      `query ($id: ID!, $entry: ID!) { subscription(subscriptionId: $id) { ${SUBSCRIPTION} }
        auditEntry: node(id: $entry) { ... on SubscriptionAuditEntry { ${ENTRY} } } }`,
      { id: subscriptionId, entry: entryId ?? '' },
    );
    expect(done.data?.done).toEqual(read.data);
  }
});
