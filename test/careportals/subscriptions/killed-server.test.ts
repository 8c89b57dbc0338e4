import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyAuditChains } from '../../../src/modules/careportals/subscriptions/verify-audit-chain.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { compileServer, type ServerProcess, untilNothingIsOpen } from '../../kit/server-process.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { makeCustomer, makeSubscription } from '../schema/make-rows.ts';
import { openSession, type Session } from '../schema/session.ts';
import { contradictions, newId, standing, trail } from './standing.ts';

const ROUNDS = process.env.LONG_TESTS === undefined ? 1 : 10;
const PAUSES = 200;
const AT_ONCE = 20;

let server: ServerProcess;
let database: TestDatabase;
let query: Query;
let admin: Session;
let token: string;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await compileServer(database);
  query = await plainQuery(database.orm);
  admin = await openSession(database.adminUrl);
  await makeCustomer(admin, 'ann');
  token = await server.token({ role: 'support' });
});
afterAll(async () => {
  await server?.remove();
  await admin?.close();
  await database?.drop();
});

/** True if the pause was confirmed, false if the server was gone before it said so. */
async function pause(url: string, id: string): Promise<boolean> {
  const text = `mutation { m: pauseSubscription(input: { subscriptionId: "${id}", reason: "killed" }) {
    subscription { status version } userErrors { code } } }`;
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: text }),
    });
    expect(await answer.json()).toMatchObject({
      data: { m: { subscription: { status: 'PAUSED', version: 2 }, userErrors: [] } },
    });
    return true;
  } catch (error) {
    // fetch gives TypeError when the connection broke.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

test(`kill -9 of the server during ${PAUSES} pauses leaves each subscription in one table with all it needs, or unmoved`, {
  timeout: 90_000 * ROUNDS + 30_000,
}, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const ids = Array.from({ length: PAUSES }, () => newId());
    for (const id of ids) await makeSubscription(admin, id, 'active', 'ann');
    const { child, url } = await server.start();
    const confirmed = new Set<string>();
    const waiting = [...ids];
    const client = async () => {
      for (let id = waiting.pop(); id !== undefined && child.signalCode === null; id = waiting.pop()) {
        if (await pause(url, id)) confirmed.add(id);
        if (confirmed.size === PAUSES / 4) child.kill('SIGKILL');
      }
    };
    const ended = once(child, 'exit');
    await Promise.all(Array.from({ length: AT_ONCE }, client));
    expect(await ended).toEqual([null, 'SIGKILL']);
    await untilNothingIsOpen(database);

    // Some were under way when it died, or the test would say nothing.
    expect(confirmed.size).toBeGreaterThanOrEqual(PAUSES / 4);
    expect(confirmed.size).toBeLessThan(PAUSES);
    for (const id of ids) {
      const { state, version } = await standing(query, id);
      const entries = await trail(query, id);
      const notes = await query('SELECT 1 FROM outbox WHERE subject_id = ?', [id]);
      const moved = { state: 'paused', version: 2, entries: 1, notes: 1 };
      const unmoved = { state: 'active', version: 1, entries: 0, notes: 0 };
      const is = { state, version, entries: entries.length, notes: notes.length };
      expect(is).toEqual(confirmed.has(id) || state === 'paused' ? moved : unmoved);
    }
    expect(await contradictions(query)).toEqual([]);
    expect((await verifyAuditChains(query)).broken).toEqual([]);
  }
});
