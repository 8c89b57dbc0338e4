import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../../kit/test-app.ts';
import { codesOf } from '../../../kit/transports.ts';
import { openSession, type Session } from '../../schema/session.ts';
import { begin, bulk, sendBulk } from './bulk.ts';

let server: TestApp;
let admin: Session;
let support: string;

beforeAll(async () => {
  server = await createTestApp();
  admin = await openSession(server.database.adminUrl);
  await admin.run(
    "INSERT INTO products (product_id, list_price, active) VALUES ('other', 100, TRUE), ('withdrawn', 100, FALSE)",
  );
  support = await server.token({ role: 'support', subject: 'agent-7' });
});
afterAll(async () => {
  await admin?.close();
  await server?.stop();
});

async function jobsStored(): Promise<number> {
  const [row] = await admin.rows<{ n: number }>('SELECT COUNT(*) AS n FROM bulk_jobs');
  return Number(row?.n);
}

const IDS = { subscriptionIds: ['any'] };
const SOON = new Date(Date.now() + 86_400_000).toISOString();

test.each([
  ['neither ids nor a filter', { action: 'PAUSE' }, 'VALIDATION', 'subscriptionIds'],
  ['ids and a filter', { action: 'PAUSE', ...IDS, filter: { hasCustomer: true } }, 'VALIDATION', 'subscriptionIds'],
  ['an empty list of ids', { action: 'PAUSE', subscriptionIds: [] }, 'VALIDATION', 'subscriptionIds'],
  ['more than 5,000 ids', { action: 'PAUSE', subscriptionIds: manyIds(5_001) }, 'VALIDATION', 'subscriptionIds'],
  ['an id that none can be', { action: 'PAUSE', subscriptionIds: ['fine', 'é'] }, 'VALIDATION', 'subscriptionIds'],
  ['a filter that says nothing', { action: 'CANCEL', filter: { customerId: null } }, 'VALIDATION', 'filter'],
  ['resumeAt for SKIP', { action: 'SKIP', ...IDS, resumeAt: SOON }, 'VALIDATION', 'resumeAt'],
  ['cycles for RESUME', { action: 'RESUME', ...IDS, cycles: 2 }, 'VALIDATION', 'cycles'],
  ['atCycleEnd for PAUSE', { action: 'PAUSE', ...IDS, atCycleEnd: false }, 'VALIDATION', 'atCycleEnd'],
  ['nextCycleDate for CANCEL', { action: 'CANCEL', ...IDS, nextCycleDate: SOON }, 'VALIDATION', 'nextCycleDate'],
  [
    'productId for RESCHEDULE',
    { action: 'RESCHEDULE', ...IDS, nextCycleDate: SOON, productId: 'other' },
    'VALIDATION',
    'productId',
  ],
  ['RESCHEDULE without its date', { action: 'RESCHEDULE', ...IDS }, 'VALIDATION', 'nextCycleDate'],
  ['SWAP_PRODUCT without its product', { action: 'SWAP_PRODUCT', ...IDS }, 'VALIDATION', 'productId'],
  ['resumeAt and cycles', { action: 'PAUSE', ...IDS, resumeAt: SOON, cycles: 1 }, 'VALIDATION', 'cycles'],
  ['no cycles at all', { action: 'PAUSE', ...IDS, cycles: 0 }, 'VALIDATION', 'cycles'],
  ['a date that has passed', { action: 'RESUME', ...IDS, resumeAt: '2020-01-01T00:00:00Z' }, 'VALIDATION', 'resumeAt'],
  [
    'a date far ahead',
    { action: 'RESCHEDULE', ...IDS, nextCycleDate: '2199-01-01T00:00:00Z' },
    'VALIDATION',
    'nextCycleDate',
  ],
  ['an unknown product', { action: 'SWAP_PRODUCT', ...IDS, productId: 'nothing' }, 'NOT_FOUND', 'productId'],
  [
    'a product that is not sold',
    { action: 'SWAP_PRODUCT', ...IDS, productId: 'withdrawn' },
    'PRODUCT_INACTIVE',
    'productId',
  ],
  ['a long reason', { action: 'PAUSE', ...IDS, reason: 'x'.repeat(51) }, 'VALIDATION', 'reason'],
  ['an empty key', { action: 'PAUSE', ...IDS, idempotencyKey: '' }, 'VALIDATION', 'idempotencyKey'],
])('%s is refused as a whole, with or without dryRun, and stores nothing', async (_what, input, code, field) => {
  const before = await jobsStored();
  for (const dryRun of [false, true]) {
    const { job, preview, userErrors } = await bulk(server, support, { ...input, dryRun });
    expect([job, preview, userErrors]).toEqual([
      null,
      null,
      [expect.objectContaining({ code, path: ['input', field] })],
    ]);
  }
  expect(await jobsStored()).toBe(before);
});

function manyIds(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `n${n}`);
}

test('5,000 ids are a job', async () => {
  const { job } = await bulk(server, support, { action: 'UNSKIP', subscriptionIds: manyIds(5_000) });
  expect(job).toMatchObject({ status: 'RUNNING', total: 5_000 });
  await server.ask(support, `mutation { stopBulkJob(input: { id: "${job?.id}" }) { job { id } } }`);
});

test('customers, analysts and services are FORBIDDEN to begin, see, list, follow and stop bulk jobs', async () => {
  const id = await begin(server, support, { action: 'PAUSE', subscriptionIds: ['nobody'] });
  await server.app.jobs.idle();
  for (const role of ['customer', 'analyst', 'service'] as const) {
    const token = await server.token({ role, ...(role === 'customer' ? { customerId: 'ann' } : {}) });
    const before = await jobsStored();
    expect(codesOf(await sendBulk(server, token, { action: 'PAUSE', ...IDS }))).toEqual(['FORBIDDEN']);
    expect(codesOf(await sendBulk(server, token, { action: 'PAUSE', ...IDS, dryRun: true }))).toEqual(['FORBIDDEN']);
    for (const text of [
      `{ bulkJob(id: "${id}") { id } }`,
      '{ bulkJobs { totalCount } }',
      `{ node(id: "${id}") { id } }`,
      `mutation { stopBulkJob(input: { id: "${id}" }) { job { id } } }`,
    ]) {
      expect(codesOf(await server.ask(token, text)), text).toEqual(['FORBIDDEN']);
    }
    expect(await jobsStored()).toBe(before);
  }
});
