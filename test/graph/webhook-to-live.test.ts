import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Stripe } from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../kit/test-app.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');

let server: TestApp;
beforeAll(async () => {
  server = await createTestApp();
});
afterAll(() => server?.stop());

describe('a webhook over HTTP', () => {
  test('reaches the tables, the graph and a listening client', async () => {
    const token = await server.token({ role: 'support' });
    const heard: unknown[] = [];
    const client = server.socket(token);
    const listening = (async () => {
      const query = 'subscription { orderStatusChanged { kind status previousStatus order { orderId } } }';
      for await (const { data } of client.iterate<{ orderStatusChanged: unknown }>({ query })) {
        heard.push(data?.orderStatusChanged);
        if (heard.length === 2) return;
      }
    })();
    await untilListening(server);
    expect(await postCareportals('order.created', 'order.created.json')).toBe(200);
    expect(await postCareportals('order.updated', 'order.updated.json')).toBe(200);
    expect(await postStripe('payment_intent.succeeded.json')).toBe(200);
    await server.app.inbox.idle();
    expect(await postCareportals('order.updated', 'order.updated.late-arrival.json')).toBe(200);
    expect(await postCareportals('order.updated', 'order.updated.shipped.json')).toBe(200);
    await server.app.inbox.idle();
    await listening;
    expect(heard).toEqual([
      { kind: 'CHANGE', status: 'AWAITING_SHIPMENT', previousStatus: null, order: { orderId: '2417' } },
      { kind: 'CHANGE', status: 'SHIPPED', previousStatus: 'AWAITING_SHIPMENT', order: { orderId: '2417' } },
    ]);
    const { data } = await server.ask(
      token,
      `{ order(orderId: "2417") { totalAmount status statusHistory { totalCount } customer { email }
         payments { nodes { chargeId amount } } } }`,
    );
    expect(data).toEqual({
      order: {
        totalAmount: 14950,
        status: 'SHIPPED',
        statusHistory: { totalCount: 3 },
        customer: { email: 'marisol.quennell@example.org' },
        payments: { nodes: [{ chargeId: 'ch_3DEMO00000000000001AbCdEf', amount: 14950 }] },
      },
    });
  });

  test('is answered without a 5xx and worked off, whichever sample it is', async () => {
    for (const name of await readdir(join(FIXTURES, 'careportals'))) {
      expect([name, await postCareportals(name.split('.').slice(0, 2).join('.'), name)]).toEqual([name, 200]);
    }
    for (const name of await readdir(join(FIXTURES, 'stripe'))) {
      const isEvent = name !== 'payment_intent.retrieved-expanded.json';
      expect([name, await postStripe(name)]).toEqual([name, isEvent ? 200 : 400]);
    }
    await server.app.inbox.idle();
    const statuses = await rows<{ status: string }>('SELECT DISTINCT status FROM webhook_inbox');
    expect(
      statuses.map((row) => row.status).filter((status) => !['processed', 'ignored', 'parked'].includes(status)),
    ).toEqual([]);
  });

  test('without the secret is refused and leaves no trace', async () => {
    const before = await rows('SELECT COUNT(*) AS n FROM webhook_inbox');
    const body = await readFile(join(FIXTURES, 'careportals', 'order.created.json'));
    const answer = await fetch(`${server.url}/webhooks/careportals/order.created`, { method: 'POST', body });
    expect(answer.status).toBe(401);
    expect(await rows('SELECT COUNT(*) AS n FROM webhook_inbox')).toEqual(before);
  });

  test('of an odd event name is refused, never a 5xx', async () => {
    for (const name of ['%C3%A9', '%F0%9F%98%80', '%00', '%20', 'a'.repeat(10_000), '%E0%A4%A', '..%2F..%2F']) {
      const answer = await fetch(`${server.url}/webhooks/careportals/${name}`, {
        method: 'POST',
        headers: { 'x-careportals-secret': server.settings.CAREPORTALS_WEBHOOK_SECRETS[0] ?? '' },
        body: '{"_id":"69b27d11e4c9fa0b6621a301"}',
      });
      expect([name.slice(0, 20), answer.status >= 400 && answer.status < 500]).toEqual([name.slice(0, 20), true]);
    }
  });
});

async function postCareportals(event: string, file: string): Promise<number> {
  const body = await readFile(join(FIXTURES, 'careportals', file));
  const headers = { 'x-careportals-secret': server.settings.CAREPORTALS_WEBHOOK_SECRETS[0] ?? '' };
  return (await fetch(`${server.url}/webhooks/careportals/${event}`, { method: 'POST', headers, body })).status;
}

async function postStripe(file: string): Promise<number> {
  const payload = await readFile(join(FIXTURES, 'stripe', file), 'utf8');
  const secret = server.settings.STRIPE_WEBHOOK_SECRETS[0] ?? '';
  const headers = { 'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload, secret }) };
  return (await fetch(`${server.url}/webhooks/stripe`, { method: 'POST', headers, body: payload })).status;
}

function rows<Row extends object>(sql: string): Promise<Row[]> {
  return server.database.admin.em.getConnection().execute(sql) as Promise<Row[]>;
}

/** A live operation has no answer to wait for; its first look at the clients' list is enough. */
function untilListening({ app }: TestApp): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      app.server.getConnections((_error, count) => {
        if (count === 0) return;
        clearInterval(timer);
        setTimeout(resolve, 500);
      });
    }, 20);
  });
}
