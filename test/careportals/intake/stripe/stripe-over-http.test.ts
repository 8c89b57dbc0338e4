import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SharedInserts } from '../../../../src/platform/inbox/shared-inserts.ts';
import { webhookRoutes } from '../../../../src/platform/inbox/webhook-routes.ts';
import { createLog } from '../../../../src/platform/log.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { SECRET, StripeBench, sampleText, signed } from './stripe-bench.ts';

let database: TestDatabase;
let bench: StripeBench;
let server: Server;

beforeAll(async () => {
  database = await createTestDatabase();
  bench = new StripeBench(database);
  const { clock, source, worker } = bench;
  const wake = () => worker.wake();
  const routes = webhookRoutes({
    inserts: new SharedInserts(database.orm),
    sources: [source],
    clock,
    log: createLog('silent'),
    wake,
  });
  server = createServer(express().use(routes)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
afterAll(async () => {
  server.close();
  await bench.worker.stop();
  await database.drop();
});

async function post(body: string, secret = SECRET): Promise<number> {
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/stripe`;
  const headers = { ...signed(body, secret).headers, 'content-type': 'application/json; charset=utf-8' };
  return (await fetch(address, { method: 'POST', body, headers })).status;
}

test('twenty simultaneous deliveries of one event are all answered 200 and pay the order once', async () => {
  await bench.addOrder('2417');
  const body = sampleText('charge.succeeded');
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(body)));
  expect(answers).toEqual(Array(20).fill(200));
  await bench.worker.idle();
  expect(await bench.payments()).toHaveLength(1);
  expect(await bench.rows('SELECT 1 FROM webhook_logs')).toHaveLength(1);
});

test('a body signed by somebody else is answered 400 and leaves no trace', async () => {
  expect(await post(sampleText('refund.created'), 'whsec_another')).toBe(400);
  expect(await bench.rows("SELECT 1 FROM webhook_inbox WHERE event_id = 'evt_3DEMO0009'")).toEqual([]);
});
