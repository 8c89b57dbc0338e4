import { randomUUID } from 'node:crypto';
import { HttpLine } from '../http-line.ts';
import { serveRounds } from '../serve-rounds.ts';
import { type KnownSubscription, SubscriptionPool } from './subscription-pool.ts';

/** What the process is started with. */
export interface GraphqlLoadSettings {
  /** Of the server, without a path. */
  url: string;
  token: string;
  /** Most clients, and connections. */
  clients: number;
  subscriptionIds: string[];
}

interface Payload {
  subscription: { status: string; version: number } | null;
  auditEntry: { logId: string } | null;
  userErrors: { code: string }[];
}

const { url, token, clients, subscriptionIds } = JSON.parse(process.argv[2] ?? '') as GraphqlLoadSettings;
const subscriptions = new SubscriptionPool(subscriptionIds);
const lines = Array.from({ length: clients }, () => new HttpLine(new URL(url)));
const HEAD = [
  'POST /graphql HTTP/1.1',
  `Host: ${new URL(url).host}`,
  'Content-Type: application/json',
  `Authorization: Bearer ${token}`,
].join('\r\n');

const OPERATIONS = { pause: operation('pause'), resume: operation('resume') };

serveRounds({
  act: (client) => subscriptions.moveOne((subscription) => moveOverGraphql(lineOf(client), subscription)),
});

function operation(action: 'pause' | 'resume'): string {
  const name = `${action}Subscription`;
  const type = `${action === 'pause' ? 'Pause' : 'Resume'}SubscriptionInput`;
  return `mutation Move($input: ${type}!) { moved: ${name}(input: $input) {
    subscription { status version } auditEntry { logId } userErrors { code } } }`;
}

function lineOf(client: number): HttpLine {
  const line = lines[client];
  if (line === undefined) throw new Error(`There is no connection for client ${client}.`);
  return line;
}

async function moveOverGraphql(line: HttpLine, { subscriptionId, state, version }: KnownSubscription): Promise<void> {
  const input = { subscriptionId, reason: 'benchmark', idempotencyKey: randomUUID() };
  const query = OPERATIONS[state === 'active' ? 'pause' : 'resume'];
  const { status, text } = await line.send(HEAD, JSON.stringify({ query, variables: { input } }));
  const moved = status === 200 ? (JSON.parse(text) as { data?: { moved?: Payload } }).data?.moved : undefined;
  const isRight =
    moved?.subscription?.status === (state === 'active' ? 'PAUSED' : 'ACTIVE') &&
    moved.subscription.version === version + 1 &&
    moved.auditEntry !== null &&
    moved.userErrors.length === 0;
  if (!isRight) throw new Error(`Not the answer for ${subscriptionId} at version ${version}: ${status} ${text}`);
}
