import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Query } from '../../src/platform/database/query.ts';
import { encodePosition } from '../../src/platform/live/live-cursor.ts';
import { asAdmin, customerIdOf, insert, makePeople, orderNumber } from '../kit/people.ts';
import { createTestApp, type TestApp } from '../kit/test-app.ts';
import { cuttableProxy } from './cuttable-proxy.ts';
import { follow, QUERY, SOON, type Told } from './follow.ts';

const CHANGES = 60;
const BEGINNING = encodePosition({ head: 0n, holes: [] }, 'o');

let server: TestApp;
let query: Query;
let moves = 0;

beforeAll(async () => {
  server = await createTestApp();
  query = await asAdmin(server.database);
  await makePeople(query, 2);
});

afterAll(() => server?.stop());

function followed(address: string, options: Parameters<typeof follow>[1]): Told {
  const told = follow(`ws://${address}/graphql`, options);
  onTestFinished(() => told.live.stop());
  return told;
}

/** An order goes on, later than ever before. */
async function move(): Promise<void> {
  moves += 1;
  const at = new Date(Date.UTC(2026, 10, 1) + moves * 1_000).toISOString().replace('T', ' ').slice(0, 23);
  const row = { order_id: orderNumber(1 + (moves % 2), 1), updated_status: `status-${moves}`, source: 'manual' };
  await insert(query, 'order_status_updates', [{ ...row, order_created_at: at, status_updated_at: at }]);
}

async function committed(): Promise<number[]> {
  const rows = await query<{ id: string }>(
    'SELECT update_id AS id FROM order_status_updates WHERE changed_current = 1 ORDER BY update_id',
  );
  return rows.map(({ id }) => Number(id));
}

describe('through a line that is cut again and again', () => {
  test.each([
    ['the package ws', WebSocket],
    ["Node's own WebSocket", undefined],
  ])('%s brings every change once and in order', async (_name, webSocket) => {
    const proxy = await cuttableProxy(Number(new URL(server.url).port));
    onTestFinished(() => proxy.stop());
    const token = await server.token({ role: 'support' });
    const { numbers, gaps, failures } = followed(proxy.address, { token, webSocket, after: BEGINNING });
    for (let n = 1; n <= CHANGES; n++) {
      await move();
      if (n % 10 === 5) proxy.cut();
    }
    const wanted = await committed();
    await expect.poll(() => numbers.length, SOON).toBe(wanted.length);
    expect(numbers).toEqual(wanted);
    expect({ gaps, failures, mostAtOnce: proxy.mostAtOnce }).toEqual({ gaps: [], failures: [], mostAtOnce: 1 });
    expect(proxy.connections).toBeGreaterThan(3);
  });
});

test('the operation that the documentation shows is live at once, and brings a change that was just made', async () => {
  const [, query = ''] = /query: `([^`]+)`/.exec(await readFile('docs/client.md', 'utf8')) ?? [];
  const token = await server.token({ role: 'support' });
  const { states, numbers, live } = followed(new URL(server.url).host, { token, query });
  await expect.poll(() => states, SOON).toEqual(['connecting', 'live']);
  expect(live.cursor).not.toBeNull();
  await move();
  await expect.poll(() => numbers, SOON).toEqual((await committed()).slice(-1));
});

test('an id that nobody knew, and that turns out to be a second one of a customer, is told all since it came', async () => {
  const token = await server.token({ role: 'customer', customerId: 'second-of-p0001' });
  const { states, numbers } = followed(new URL(server.url).host, { token });
  await expect.poll(() => states, SOON).toEqual(['connecting', 'live']);
  await move();
  await move();
  const [own] = await query<{ id: string }>(
    'SELECT MAX(update_id) AS id FROM order_status_updates JOIN orders USING (order_id) WHERE customer_id = ?',
    [customerIdOf(1)],
  );
  await insert(query, 'customer_aliases', [{ careportals_id: 'second-of-p0001', customer_id: customerIdOf(1) }]);
  await expect.poll(() => numbers, SOON).toEqual([Number(own?.id)]);
  expect(states).toEqual(['connecting', 'live', 'waiting', 'connecting', 'live']);
});

describe('the server refuses', () => {
  test.each([
    ['a field that there is not', { query: QUERY.replace('kind', 'kind nothing') }, 'OPERATION_REFUSED', /nothing/],
    ['a cursor that is none', { after: 'garbage' }, 'OPERATION_REFUSED', /cursor/],
    ['a token that is none', { token: 'garbage' }, 'TOKEN_REFUSED', /token/],
  ])('%s, and it is told why', async (_what, options, code, message) => {
    const token = await server.token({ role: 'support' });
    const error = await followed(new URL(server.url).host, { token, ...options }).failure();
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('nothing after a new cursor when the table does not reach the old one', async () => {
    const token = await server.token({ role: 'support' });
    const after = encodePosition({ head: 1_000_000n, holes: [] }, 'o');
    const { gaps, live } = followed(new URL(server.url).host, { token, after });
    await expect.poll(() => gaps.length, SOON).toBe(1);
    expect(gaps).toEqual([live.cursor]);
  });
});
