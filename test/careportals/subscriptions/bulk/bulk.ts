import type { GraphAnswer, TestApp } from '../../../kit/test-app.ts';
import { NOON } from '../../schema/make-rows.ts';
import type { Session } from '../../schema/session.ts';

export interface Job {
  id: string;
  status: 'RUNNING' | 'STOPPED' | 'DONE';
  total: number;
  waiting: number;
  succeeded: number;
  refused: number;
  failed: number;
  finishedAt: string | null;
}

export const JOB = 'id status total waiting succeeded refused failed finishedAt';

export interface Begun {
  job: Job | null;
  preview: { total: number; allowed: number; refused: number; refusals: { code: string; count: number }[] } | null;
  userErrors: { code: string; message: string; path: string[] }[];
}

const BEGIN = `mutation ($input: BulkSubscriptionActionInput!) { done: bulkSubscriptionAction(input: $input) {
  job { ${JOB} } preview { total allowed refused refusals { code count } } userErrors { code message path } } }`;

/** bulkSubscriptionAction; gives the whole answer. */
export function sendBulk(server: TestApp, token: string, input: object): Promise<GraphAnswer<{ done: Begun }>> {
  return server.ask(token, BEGIN, { input });
}

/** The same when no fault is expected. */
export async function bulk(server: TestApp, token: string, input: object): Promise<Begun> {
  const { data, errors } = await sendBulk(server, token, input);
  if (data === null) throw new Error(JSON.stringify(errors));
  return data.done;
}

/** The same when a job is expected; gives its id. */
export async function begin(server: TestApp, token: string, input: object): Promise<string> {
  const { job, userErrors } = await bulk(server, token, input);
  if (job === null) throw new Error(JSON.stringify(userErrors));
  return job.id;
}

export async function jobOf(server: TestApp, token: string, id: string): Promise<Job> {
  const { data } = await server.ask<{ job: Job }>(token, `query ($id: ID!) { job: bulkJob(id: $id) { ${JOB} } }`, {
    id,
  });
  if (data === null) throw new Error('no answer');
  return data.job;
}

/** The counts of a job, as far as there is something to count. */
export async function countsOf(server: TestApp, token: string, id: string): Promise<Partial<Job>> {
  const { id: _id, finishedAt: _finishedAt, ...counts } = await jobOf(server, token, id);
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== 0));
}

export interface Item {
  subscriptionId: string;
  subscription: { status: string } | null;
  status: string;
  code: string | null;
  message: string | null;
  auditEntry: Record<string, unknown> | null;
  finishedAt: string | null;
}

/** Up to a hundred items of a job, in the order in which they are done. */
export async function itemsOf(server: TestApp, token: string, id: string, filter: object = {}): Promise<Item[]> {
  const { data, errors } = await server.ask<{ job: { items: { nodes: Item[] } } }>(
    token,
    `query ($id: ID!, $filter: BulkItemFilter) { job: bulkJob(id: $id) {
      items(first: 100, filter: $filter, sort: { field: ITEM_ID, direction: ASC }) { nodes {
        subscriptionId subscription { status } status code message finishedAt
        auditEntry { subscriptionId triggerType effect actor actorRole source reason comment correlationId } } } } }`,
    { id, filter },
  );
  if (data === null) throw new Error(JSON.stringify(errors));
  return data.job.items.nodes;
}

/** Subscriptions in one state, many at once: `prefix-00001` and so on. Gives their ids. */
export async function makeMany(
  admin: Session,
  prefix: string,
  count: number,
  state = 'active',
  columns: { customerId?: string; productId?: string; nextCycleDate?: string } = {},
): Promise<string[]> {
  const { customerId = null, productId = null, nextCycleDate = null } = columns;
  const ids = Array.from({ length: count }, (_, n) => `${prefix}-${String(n + 1).padStart(5, '0')}`);
  for (let from = 0; from < ids.length; from += 5_000) {
    const some = ids.slice(from, from + 5_000);
    await admin.rows('INSERT INTO subscriptions (subscription_id, state, next_cycle_date) VALUES ?', [
      some.map((id) => [id, state, nextCycleDate]),
    ]);
    await admin.rows(
      `INSERT INTO subscriptions_${state} (subscription_id, customer_id, product_id, cycle, status, created_at) VALUES ?`,
      [some.map((id) => [id, customerId, productId, 1, state, NOON])],
    );
  }
  return ids;
}

/** How many audit entries each subscription of a prefix has, as a map from that number to how many have so many. */
export async function entriesEach(admin: Session, prefix: string): Promise<Record<string, number>> {
  const rows = await admin.rows<{ entries: number; subscriptions: number }>(
    `SELECT entries, COUNT(*) AS subscriptions FROM (
      SELECT s.subscription_id, COUNT(l.log_id) AS entries FROM subscriptions s
      LEFT JOIN subscriptions_audit_log l ON l.subscription_id = s.subscription_id
      WHERE s.subscription_id LIKE ? GROUP BY s.subscription_id) each_one GROUP BY entries`,
    [`${prefix}-%`],
  );
  return Object.fromEntries(rows.map(({ entries, subscriptions }) => [entries, Number(subscriptions)]));
}
