import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Orm } from '../../../src/platform/database/connect.ts';
import { connect } from '../../../src/platform/database/connect.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { type Difference, differencesFromSpec, type Rights } from './differences.ts';
import { asRow, readDeviations } from './read-deviations.ts';
import { readSchema, type Schema } from './read-schema.ts';
import { specTransitions } from './spec-rules.ts';
import { specTables } from './spec-tables.ts';

let database: TestDatabase;
let schema: Schema;
let differences: Difference[];

beforeAll(async () => {
  database = await createTestDatabase();
  schema = await readSchema(database.admin);
  const analyst = await connect({ url: database.analystUrl, entities: [] });
  const rights: Rights = {
    careportals_app: await tableRights(database.orm),
    careportals_analyst: await tableRights(analyst),
  };
  await analyst.close(true);
  differences = differencesFromSpec(schema, rights);
});

afterAll(() => database.drop());

test('every difference between the schema and the spec is listed in docs/deviations.md', async () => {
  const listed = new Set((await readDeviations()).listed.map(sentence));
  const unlisted = differences.filter((one) => !listed.has(sentence(one)));
  expect(unlisted.map(asRow)).toEqual([]);
});

test('everything listed in docs/deviations.md is a difference', async () => {
  const found = new Set(differences.map(sentence));
  const untrue = (await readDeviations()).listed.filter((one) => !found.has(sentence(one)));
  expect(untrue.map((one) => `${one.id}: ${sentence(one)}`)).toEqual([]);
});

test('a difference is listed once, and an id stands for one row', async () => {
  const { listed, facts, text } = await readDeviations();
  expect(repeated(listed.map(sentence))).toEqual([]);
  const ids = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
  expect(repeated(ids)).toEqual([]);
  expect(new Set([...listed, ...facts].map(({ id }) => id)).size).toBe(ids.length);
});

test('every link inside docs/deviations.md has its anchor', async () => {
  const { text } = await readDeviations();
  const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, id]) => id);
  expect(links.filter((id) => !text.includes(`<a id="${id}">`))).toEqual([]);
});

test("a table's columns of the spec stand in the spec's order", () => {
  for (const [name, { columns }] of Object.entries(specTables)) {
    const here = Object.keys(schema.tables[name]?.columns ?? {});
    expect(here.filter((column) => column in columns)).toEqual(Object.keys(columns));
  }
});

test("the table of transitions holds the spec's rows, all allowed", async () => {
  const rows = await database.orm.em
    .getConnection()
    .execute(
      'SELECT from_status, to_status, allowed FROM subscription_status_transitions ORDER BY from_status, to_status',
    );
  expect(rows).toEqual(specTransitions.map(([from_status, to_status]) => ({ from_status, to_status, allowed: 1 })));
});

test('no foreign key with a cascade or a SET NULL points out of a log', () => {
  const logs = ['subscriptions_audit_log', 'webhook_logs', 'error_logs'];
  expect(logs.map((name) => schema.tables[name]?.foreignKeys)).toEqual([{}, {}, {}]);
});

function sentence({ where, what, spec, here }: Difference): string {
  return `${where} | ${what} | ${spec} | ${here}`;
}

function repeated(values: string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

/** An account's own view of its rights, table by table. */
async function tableRights(account: Orm): Promise<Record<string, string>> {
  const rows = await account.em.getConnection().execute<{ name: string; privilege: string }[]>(
    `SELECT table_name AS name, privilege_type AS privilege FROM information_schema.table_privileges
     WHERE table_schema = DATABASE() ORDER BY FIELD(privilege_type, 'SELECT', 'INSERT', 'UPDATE', 'DELETE')`,
  );
  const byTable = Map.groupBy(rows, ({ name }) => name);
  return Object.fromEntries(
    [...byTable].map(([name, own]) => [name, own.map(({ privilege }) => privilege).join(', ')]),
  );
}
