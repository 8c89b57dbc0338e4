import { plainQuery, type Query } from '../../../../src/platform/database/query.ts';
import { asAdmin, insert } from '../../../kit/people.ts';
import { createTestApp, type TestApp } from '../../../kit/test-app.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import type { Action } from './act.ts';
import type { Who } from './commands.ts';
import {
  type Answer,
  CATALOGUE,
  CUSTOMERS,
  type Delivery,
  iso,
  mutationOf,
  type Request,
  roleOf,
  type Shown,
} from './world.ts';

/** When the clock of the server begins, which nothing but a wait or a restart moves. */
const BEGINNING = Date.parse('2026-03-01T12:00:00.000Z');

const SHOWN = 'rawStatus status version cycle nextCycleDate skippedDates scheduledChanges { action dueAt }';

/** The whole server on a database of its own and a clock that stands still, by HTTP alone. */
export class RealServer {
  readonly database: TestDatabase;
  readonly query: Query;
  readonly #tokens: Record<Who, string>;
  readonly #time: { now: number };
  #app: TestApp;

  private constructor(app: TestApp, query: Query, tokens: Record<Who, string>, time: { now: number }) {
    this.database = app.database;
    this.query = query;
    this.#app = app;
    this.#tokens = tokens;
    this.#time = time;
  }

  static async begin(): Promise<RealServer> {
    const time = { now: BEGINNING };
    const database = await createTestDatabase();
    await makeRows(await asAdmin(database));
    const app = await createTestApp({ database, clock: { now: () => new Date(time.now) } });
    const tokens = { ann: '', bob: '', support: '', admin: '' };
    for (const who of Object.keys(tokens) as Who[]) tokens[who] = await tokenOf(app, who);
    return new RealServer(app, await plainQuery(database.orm), tokens, time);
  }

  get now(): number {
    return this.#time.now;
  }

  async ask({ who, subscriptionId, action, reason, expectedVersion, key }: Request): Promise<Answer> {
    const name = mutationOf(action);
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const input = { subscriptionId, reason, expectedVersion, idempotencyKey: key, ...argumentsOf(action) };
    const { data, errors } = await this.#app.ask<{
      answer: Omit<Answer, 'codes'> & { userErrors: { code: string }[] };
    }>(
      this.#tokens[who],
      `mutation ($input: ${type}!) { answer: ${name}(input: $input) {
        subscription { ${SHOWN} } auditEntry { version triggerType effect } userErrors { code } } }`,
      { input },
    );
    if (data === null || errors !== undefined) throw new Error(`${name} failed: ${JSON.stringify(errors)}`);
    const { userErrors, ...answer } = data.answer;
    return { ...answer, codes: userErrors.map(({ code }) => code) };
  }

  /** Resolves when it has had its effect. */
  async deliver({ event, body }: Delivery): Promise<void> {
    const secret = this.#app.settings.CAREPORTALS_WEBHOOK_SECRETS[0] ?? '';
    const headers = { 'content-type': 'application/json', 'x-careportals-secret': secret };
    const address = `${this.#app.url}/webhooks/careportals/subscription.${event}`;
    const response = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) });
    const answer = `${response.status} ${await response.text()}`;
    if (answer !== '200 {"received":true}') throw new Error(`${event} was answered ${answer}`);
    await this.#app.app.inbox.idle();
  }

  async wait(ms: number): Promise<void> {
    this.#time.now += ms;
    await this.#app.app.jobs.idle();
  }

  async restart(ms: number): Promise<void> {
    await this.#app.stop();
    this.#time.now += ms;
    this.#app = await createTestApp({ database: this.database, clock: { now: () => new Date(this.#time.now) } });
    await this.#app.app.jobs.idle();
  }

  /** The subscriptions as the graph shows them to staff, by their ids. */
  async shown(ids: string[]): Promise<Map<string, Shown>> {
    const { data } = await this.#app.ask<{ subscriptions: { nodes: (Shown & { subscriptionId: string })[] } }>(
      this.#tokens.admin,
      `query ($ids: [ID!]) { subscriptions(filter: { subscriptionIds: $ids }, first: 10) {
        nodes { subscriptionId ${SHOWN} } } }`,
      { ids },
    );
    return new Map(data?.subscriptions.nodes.map(({ subscriptionId, ...shown }) => [subscriptionId, shown]));
  }

  async end(): Promise<void> {
    await this.#app.stop();
    await this.database.drop();
  }
}

function tokenOf(app: TestApp, who: Who): Promise<string> {
  const role = roleOf(who);
  // The customers share a subject: what is one caller's key must not become the other's by it.
  if (role === 'customer')
    return app.token({ role, customerId: CUSTOMERS[who as keyof typeof CUSTOMERS], subject: 'one' });
  return app.token({ role, subject: 'one' });
}

async function makeRows(query: Query): Promise<void> {
  const customers = Object.entries(CUSTOMERS).map(([name, id]) => ({ customer_id: id, email: `${name}@example.test` }));
  await insert(query, 'customers', customers);
  const products = [...CATALOGUE].map(([product_id, { days, isSold }]) => ({
    product_id,
    list_price: 100,
    renewal_cycle_duration: days,
    active: isSold,
  }));
  await insert(query, 'products', products);
}

function argumentsOf(action: Action): object {
  const { name, ...args } = action;
  return Object.fromEntries(
    Object.entries(args).map(([field, value]) => [field, isInstant(field) && value !== null ? iso(value) : value]),
  );
}

function isInstant(field: string): boolean {
  return field === 'resumeAt' || field === 'nextCycleDate';
}
