import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Orm } from '../../../src/platform/database/connect.ts';
import type { InboxSource, WebhookRequest } from '../../../src/platform/inbox/inbox-source.ts';
import { SharedInserts } from '../../../src/platform/inbox/shared-inserts.ts';
import { webhookRoutes } from '../../../src/platform/inbox/webhook-routes.ts';
import type { Log } from '../../../src/platform/log.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { movingClock, rows } from './inbox-bench.ts';

let database: TestDatabase;
let server: Server;
let base: string;
let seen: WebhookRequest[];
let lines: string[];
let woken: number;
let storing: Orm;

const receiver: InboxSource<object> = {
  sourceSystem: 'test',
  paths: ['/webhooks/test/:event', '/webhooks/test'],
  verify: (request) => {
    seen.push(request);
    const text = Buffer.from(request.rawBody).toString('utf8');
    if (text === 'bad') return { status: 401, error: 'The webhook secret is missing or wrong.' };
    return {
      eventKey: text.slice(0, 40),
      eventType: 'a.b',
      eventId: null,
      payload: { text, hash: 'x', deep: deep(text) },
    };
  },
  handlerFor: () => async () => ({ kind: 'ignored', note: '' }),
};

function deep(text: string): unknown {
  return text === 'deep' ? JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`) : null;
}

beforeAll(async () => {
  database = await createTestDatabase();
  const write = (...parts: unknown[]) => void lines.push(JSON.stringify(parts));
  const log = { info: write, warn: write, error: write, debug: write } as unknown as Log;
  const orm = { em: { getConnection: () => storing.em.getConnection() } } as unknown as Orm;
  const app = express().use(
    webhookRoutes({
      inserts: new SharedInserts(orm),
      sources: [receiver],
      clock: movingClock(),
      log,
      wake: () => woken++,
    }),
  );
  server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  [seen, lines, woken, storing] = [[], [], 0, database.orm];
});
afterAll(async () => {
  server.close();
  await database.drop();
});

function post(path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  return fetch(base + path, { method: 'POST', body, headers });
}

test('a delivery is answered with 200 once its row is stored, and its secrets are not in the row', async () => {
  const answer = await post('/webhooks/test', 'first');
  expect([answer.status, await answer.json()]).toEqual([200, { received: true }]);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const stored = await rows(database.orm, "SELECT status, payload FROM webhook_inbox WHERE event_key = 'first'");
  expect(stored).toEqual([{ status: 'pending', payload: { text: 'first', deep: null } }]);
  expect(woken).toBe(1);
});

test('a repeat is answered like the first one and wakes nobody', async () => {
  await post('/webhooks/test', 'again');
  const answer = await post('/webhooks/test', 'again');
  expect([answer.status, await answer.json(), woken]).toEqual([200, { received: true }, 1]);
});

test('the source sees the exact bytes, whatever the content type says, with path parameter, query and headers', async () => {
  const bytes = new Uint8Array([0x7b, 0x22, 0xff, 0x00, 0x7d]);
  await post('/webhooks/test/order.created?extra=updated', bytes, {
    'content-type': 'application/json',
    'x-secret': 's',
  });
  expect([...seen[0]!.rawBody]).toEqual([...bytes]);
  expect(seen[0]).toMatchObject({ event: 'order.created', query: { extra: 'updated' }, headers: { 'x-secret': 's' } });
});

test('an empty body reaches the source as no bytes', async () => {
  await post('/webhooks/test', '');
  expect(seen[0]!.rawBody.length).toBe(0);
});

test('a refusal of the source is passed on and nothing is stored', async () => {
  const answer = await post('/webhooks/test', 'bad');
  expect([answer.status, await answer.json()]).toEqual([401, { error: 'The webhook secret is missing or wrong.' }]);
  expect(await rows(database.orm, "SELECT 1 FROM webhook_inbox WHERE event_key = 'bad'")).toEqual([]);
});

test('a body over a megabyte is refused with 413 before the source sees it', async () => {
  const answer = await post('/webhooks/test', 'x'.repeat(1_048_577));
  expect([answer.status, await answer.json(), seen.length]).toEqual([
    413,
    { error: 'The body is larger than 1 MB. Send each event by itself.' },
    0,
  ]);
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

test('a body that MySQL could not hold is the fault of the sender', async () => {
  const answer = await post('/webhooks/test', 'deep');
  expect([answer.status, await answer.json()]).toEqual([400, { error: 'The body is nested deeper than 90 levels.' }]);
});

test('if the row cannot be stored the sender is asked to come again, and no line tells what was sent', async () => {
  storing = {
    em: { fork: () => ({ transactional: () => Promise.reject(new Error('a@example.com')) }) },
  } as unknown as Orm;
  const answer = await post('/webhooks/test?secret=hush', 'a@example.com');
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('5');
  expect(await answer.json()).toEqual({ error: 'The delivery could not be stored. Send it again.' });
  expect(woken).toBe(0);
  expect(lines).toHaveLength(1);
  expect(lines.join()).not.toMatch(/example|hush|webhooks/);
});
