import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { readSchema, type Schema } from './read-schema.ts';
import { openSession, type Session } from './session.ts';

let database: TestDatabase;
let schema: Schema;
let app: Session;

beforeAll(async () => {
  database = await createTestDatabase();
  schema = await readSchema(database.admin);
  app = await openSession(database.appUrl);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

/** MySQL has computed UUID() once for a whole statement where it took it for a constant; a character set was enough. */
const CHARACTER_SETS = ['utf8mb4', 'latin1', 'binary'];

test.for(CHARACTER_SETS)('rows of one INSERT get ids of their own over %s', async (charset) => {
  const values = Array.from({ length: 500 }, (_, index) => `('many-${charset}', 'row ${index}')`);
  await app.run(
    `SET NAMES ${charset}`,
    `INSERT INTO error_logs (error_type, error_message) VALUES ${values.join(', ')}`,
  );
  expect(await idsOf(`many-${charset}`)).toHaveLength(500);
});

test.for(CHARACTER_SETS)('rows of an INSERT … SELECT get ids of their own over %s', async (charset) => {
  await app.run(
    `SET NAMES ${charset}`,
    `INSERT INTO error_logs (error_type, error_message)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT 'select-${charset}', i FROM n`,
  );
  expect(await idsOf(`select-${charset}`)).toHaveLength(500);
});

test('ids are 32 lower-case hex digits and grow in the order of insertion', async () => {
  await app.run(
    "INSERT INTO error_logs (error_type, error_message) VALUES ('grow', 'a'), ('grow', 'b'), ('grow', 'c')",
  );
  const ids = await idsOf('grow');
  expect(ids).toEqual(ids.map(() => expect.stringMatching(/^[0-9a-f]{32}$/)));
  expect(ids).toEqual(ids.toSorted());
});

test('every public_id of the schema is made in the same way and unique', () => {
  const tables = Object.values(schema.tables).filter(({ columns }) => columns.public_id);
  expect(tables.length).toBeGreaterThan(13);
  expect(new Set(tables.map(({ columns }) => JSON.stringify(columns.public_id))).size).toBe(1);
  expect(new Set(tables.map(({ indexes }) => indexes.idx_public_id))).toEqual(new Set(['UNIQUE (public_id)']));
});

/** The distinct ids of a kind of row, oldest first. */
async function idsOf(type: string): Promise<string[]> {
  const rows = await app.rows<{ id: string }>(
    'SELECT public_id AS id FROM error_logs WHERE error_type = ? ORDER BY error_id',
    [type],
  );
  return [...new Set(rows.map(({ id }) => String(id)))];
}
