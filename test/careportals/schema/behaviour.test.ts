import { afterAll, beforeAll, expect, test } from 'vitest';
import { addressOf, createEmptySchema, createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { columnProbes } from './probes/columns.ts';
import { indexProbes } from './probes/indexes.ts';
import { operationProbes } from './probes/operations.ts';
import { orderProbes } from './probes/orders.ts';
import type { Bench } from './probes/probe.ts';
import { subscriptionProbes } from './probes/subscriptions.ts';
import { readDeviations } from './read-deviations.ts';
import { openSession } from './session.ts';

const probes = { ...columnProbes, ...orderProbes, ...subscriptionProbes, ...operationProbes, ...indexProbes };
const { facts } = await readDeviations();

let database: TestDatabase;
let bench: Bench;

beforeAll(async () => {
  database = await createTestDatabase();
  const scratchSchema = await createEmptySchema();
  const [ours, app, scratch] = await Promise.all(
    [database.adminUrl, database.appUrl, addressOf(database.adminUrl, scratchSchema)].map(openSession),
  );
  if (!ours || !app || !scratch) throw new Error('a session is missing');
  bench = { ours, app, scratch, scratchSchema, adminUrl: database.adminUrl, tcpUrl: database.appUrl };
});

afterAll(async () => {
  await bench.scratch.run(`DROP DATABASE ${bench.scratchSchema}`);
  await Promise.all([bench.ours, bench.app, bench.scratch].map((session) => session.close()));
  await database.drop();
});

test('every fact of docs/deviations.md is probed, except those marked as not tried', () => {
  const tried = facts.filter(({ mysql }) => mysql !== 'not tried').map(({ id }) => id);
  expect(tried.toSorted()).toEqual(Object.keys(probes).toSorted());
});

for (const [id, probe] of Object.entries(probes)) {
  test(`MySQL says what docs/deviations.md tells of ${id}`, async () => {
    expect(await probe(bench)).toBe(facts.find((fact) => fact.id === id)?.mysql);
  });
}
