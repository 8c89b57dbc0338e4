import type { Random } from '../../src/modules/careportals/demo/random.ts';
import { WEBHOOK_SECRETS } from '../kit/server-process.ts';
import type { Desk } from './writers.ts';

const STATUSES = ['awaiting requirements', 'awaiting script', 'awaiting shipment', 'shipped', 'on its way'];

/** What a busy database may answer; nothing was written then. */
const BUSY = 'RETRY_LATER';

/** A person sets a status by hand. */
export async function setStatus(desk: Desk, random: Random): Promise<void> {
  const { id } = random.pick(desk.cast.orders);
  const input = `{ orderId: "${id}", status: "${random.pick(STATUSES)}" }`;
  if (await mutate(desk, random, `updateOrderStatus(input: ${input})`)) desk.tally.mutations++;
}

/** A person pauses or resumes a subscription, whether the rules allow it or not. */
export async function pauseOrResume(desk: Desk, random: Random): Promise<void> {
  const { id } = random.pick(desk.cast.subscriptions);
  const verb = random.pick(['pause', 'resume']);
  const input = `{ subscriptionId: "${id}", reason: "random" }`;
  if (await mutate(desk, random, `${verb}Subscription(input: ${input})`)) desk.tally.moves++;
}

/** CarePortals tells an order's status: now, or an hour late. */
export async function sendWebhook(desk: Desk, random: Random): Promise<void> {
  const { id, internalId, customer } = random.pick(desk.cast.orders);
  const body = {
    _id: internalId,
    id,
    status: random.pick(STATUSES),
    'customer._id': customer,
    'customer.email': `${customer}@example.test`,
    createdAt: '2026-03-01T12:00:00.000Z',
    updatedAt: new Date(Date.now() - (random.chance(0.2) ? 3_600_000 : 0)).toISOString(),
  };
  const headers = { 'x-careportals-secret': WEBHOOK_SECRETS.careportals };
  const url = new URL('/webhooks/careportals/order.updated', random.pick(desk.urls()));
  const answer = await send(url.href, headers, body);
  if (answer === null) return;
  if (answer.status !== 200) throw new Error(`A webhook was answered ${answer.status}.`);
  desk.tally.webhooks++;
}

interface Answer {
  status: number;
  body: { data?: unknown; errors?: { extensions: { code: string } }[] };
}

async function mutate(desk: Desk, random: Random, field: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${desk.token}` };
  const query = `mutation { done: ${field} { userErrors { code } } }`;
  const answer = await send(random.pick(desk.urls()), headers, { query });
  const codes = answer?.body.errors?.map(({ extensions }) => extensions.code) ?? [];
  if (codes.some((code) => code !== BUSY)) throw new Error(`A mutation was answered ${codes}.`);
  return answer !== null && codes.length === 0;
}

/** Null if the instance was down, or was killed before it answered. */
async function send(url: string, headers: Record<string, string>, body: object): Promise<Answer | null> {
  try {
    const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
    const answer = await fetch(url, { ...init, body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as Answer['body'] };
  } catch (error) {
    // fetch gives TypeError when the connection broke.
    if (error instanceof TypeError) return null;
    throw error;
  }
}
