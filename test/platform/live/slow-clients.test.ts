import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { makeOrder } from '../../careportals/schema/make-rows.ts';
import { openSession, type Session } from '../../careportals/schema/session.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { follow } from '../../kit/transports.ts';

let server: TestApp;
let other: Session;
let token: string;
beforeAll(async () => {
  server = await createTestApp();
  other = await openSession(server.database.adminUrl);
  token = await server.token({ role: 'support' });
});
afterAll(async () => {
  await other?.close();
  await server?.stop();
});

interface Event {
  cursor: string;
  kind: string;
  rawStatus: string | null;
}

interface Message {
  type: string;
  payload?: { data?: { orderStatusChanged: Event } };
}

/** The protocol by hand: a client that can stop reading from its socket. */
async function openSocket(on: TestApp) {
  const socket = new WebSocket(`${on.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const messages: Message[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data)) as Message));
  await once(socket, 'open');
  const send = (message: object) => socket.send(JSON.stringify(message));
  send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  await expect.poll(() => messages.length).toBe(1);
  const events = () => messages.flatMap(({ payload }) => payload?.data?.orderStatusChanged ?? []);
  return { socket, messages, send, events };
}

function subscribe(fields: string, after: string | null = null) {
  const query = `subscription ($after: String) { orderStatusChanged(after: $after) { cursor kind rawStatus ${fields} } }`;
  return { id: '1', type: 'subscribe', payload: { query, variables: { after } } };
}

/** Statuses `from` to `to` of an order, in one statement. */
async function tell(order: number, from: number, to: number): Promise<void> {
  const rows = Array.from({ length: to - from + 1 }, (_, i) => {
    const at = new Date(Date.UTC(2026, 5, 1) + (from + i) * 1_000).toISOString().slice(0, 19).replace('T', ' ');
    return `(${order}, 'step_${from + i}', '2026-03-01 12:00:00', '${at}')`;
  });
  await other.run(
    `INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at) VALUES ${rows.join()}`,
  );
}

const steps = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `step_${from + i}`);
const soon = { timeout: 30_000, interval: 20 };

/** A client that reads what it is sent, to know when the server has gone as far. */
function watcher() {
  const client = server.socket(token);
  const live = follow<Event>(client, 'orderStatusChanged', subscribe('').payload.query);
  return { live, statuses: () => live.events.map((event) => event.rawStatus), leave: () => client.dispose() };
}

test('a client that stops reading gets a GAP when it reads again, and from its cursor misses nothing', async () => {
  await makeOrder(other, 1);
  // Large events, so that what the system's own buffers hold is soon full.
  await other.run("UPDATE orders SET tracking_link = REPEAT('x', 60000) WHERE order_id = 1");
  const stalled = await openSocket(server);
  const { live, statuses, leave } = watcher();
  stalled.send(subscribe('order { trackingLink }'));
  await live.taken();
  await tell(1, 1, 1);
  await expect.poll(stalled.events, soon).toHaveLength(1);
  stalled.socket.pause();
  for (let from = 2; from < 2_600; from += 200) await tell(1, from, from + 199);
  await expect.poll(() => statuses().length, soon).toBe(2_601);
  // Its queue holds 1,000 and the system some more: it has overflowed by now, and others were not disturbed.
  expect(statuses()).toEqual(steps(1, 2_601));
  const told = stalled.events().length;

  stalled.socket.resume();
  await expect.poll(() => stalled.events().at(-1)?.kind, soon).toBe('GAP');
  await expect.poll(() => stalled.messages.at(-1)?.type, soon).toBe('complete');
  const events = stalled.events();
  expect(events.filter((event) => event.kind === 'GAP')).toHaveLength(1);
  const reached = events.length - 1;
  expect(reached).toBeGreaterThanOrEqual(told);
  expect(reached).toBeLessThan(1_600);
  expect(events.slice(0, -1).map((event) => event.rawStatus)).toEqual(steps(1, reached));
  expect(events.at(-1)).toMatchObject({ rawStatus: null, order: null });

  stalled.send(subscribe('', events.at(-1)?.cursor));
  await expect.poll(() => stalled.events().at(-1)?.rawStatus, soon).toBe('step_2601');
  const rest = stalled.events().slice(reached + 1);
  expect([...new Set([...steps(1, reached), ...rest.map((event) => event.rawStatus)])]).toEqual(steps(1, 2_601));
  stalled.socket.terminate();
  await leave();
});

test('after the client has completed an operation nothing is executed for it any more', async () => {
  await makeOrder(other, 2);
  const client = await openSocket(server);
  const { live, statuses, leave } = watcher();
  client.send(subscribe('order { orderId }'));
  await live.taken();
  await tell(2, 1, 3);
  await expect.poll(client.events, soon).toHaveLength(3);
  client.send({ id: '1', type: 'complete' });
  client.send({ id: '2', type: 'subscribe', payload: { query: '{ __typename }' } });
  await expect.poll(() => client.messages.at(-1), soon).toMatchObject({ id: '2', type: 'complete' });
  server.statements.length = 0;
  await tell(2, 4, 8);
  await expect.poll(statuses, soon).toEqual(steps(1, 8));
  await pause(200);
  expect(server.statements).toEqual([]);
  expect(client.events()).toHaveLength(3);
  client.socket.terminate();
  await leave();
});

test('a server that stops closes every socket with 1001', async () => {
  const stopping = await createTestApp({ database: server.database });
  const sockets = await Promise.all([1, 2, 3].map(() => openSocket(stopping)));
  for (const { send } of sockets.slice(1)) send(subscribe('order { orderId }'));
  const closed = sockets.map(({ socket }) => once(socket, 'close').then(([code]) => code as number));
  await stopping.stop();
  expect(await Promise.all(closed)).toEqual([1001, 1001, 1001]);
});
