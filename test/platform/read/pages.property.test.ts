import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { modules } from '../../../src/modules.ts';
import type { Query } from '../../../src/platform/database/query.ts';
import type { Source } from '../../../src/platform/read/source.ts';
import { asAdmin, customerIdOf, insert, makePeople } from '../../kit/people.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';

// Any page of any list, against the same page cut out of an array that JavaScript sorted.

let server: TestApp;
let query: Query;
let admin: string;

beforeAll(async () => {
  server = await createTestApp();
  query = await asAdmin(server.database);
  await makePeople(query, 8);
  // Names that differ only in case sort as equal, so that the key decides.
  const namesakes = ['smith', 'Smith', 'SMITH', 'smyth'].map((last_name, k) => ({
    customer_id: `namesake-${k}`,
    email: `Namesake${k}@example.test`,
    last_name,
    created_at: '2026-03-01 10:00:00.000',
  }));
  await insert(query, 'customers', namesakes);
  admin = await server.token({ role: 'admin' });
});

afterAll(() => server?.stop());

const LISTS: Record<string, { type: string; filters: [graph: string, sql: string][] }> = {
  orders: {
    type: 'Order',
    filters: [
      ['', 'TRUE'],
      [`filter: { customerId: "${customerIdOf(2)}" }`, `o.customer_id = '${customerIdOf(2)}'`],
      ['filter: { status: [SHIPPED, OTHER] }', "o.current_status = 'shipped'"],
      [
        'filter: { createdFrom: "2026-03-01T10:02:00Z", createdBefore: "2026-03-01T10:04:00Z" }',
        "o.created_at IN ('2026-03-01 10:02:00', '2026-03-01 10:03:00')",
      ],
    ],
  },
  customers: { type: 'Customer', filters: [['', 'TRUE']] },
  subscriptions: {
    type: 'CareSubscription',
    filters: [
      ['', 'TRUE'],
      ['filter: { status: [PAUSED, CANCELLED] }', "d.state <> 'active'"],
      ['filter: { productId: ["prod-1", "é"], hasCustomer: true }', "d.product_id = 'prod-1'"],
    ],
  },
  products: {
    type: 'Product',
    filters: [
      ['', 'TRUE'],
      ['filter: { active: true }', 'p.active'],
    ],
  },
  payments: {
    type: 'Payment',
    filters: [
      ['', 'TRUE'],
      ['filter: { status: ["failed"] }', "y.status = 'failed'"],
    ],
  },
};

function sourceOf(type: string): Source {
  const found = modules.flatMap((module) => module.sources).find((source) => source.type === type);
  if (found === undefined) throw new Error(`No source ${type}`);
  return found;
}

interface Reference {
  id: string;
  value: unknown;
  key: unknown;
}

/** Every row of a list, sorted here. */
async function sorted(source: Source, field: string, descending: boolean, where: string): Promise<Reference[]> {
  const sql = (name: string) => source.columns[name]?.sql;
  const arms = source.from.map(
    (from) => `SELECT ${sql('id')} AS id, ${sql(field)} AS value, ${sql(source.key)} AS k FROM ${from} WHERE ${where}`,
  );
  const rows = await query<{ id: string; value: unknown; k: unknown }>(arms.join(' UNION ALL '));
  const all = rows.map((row) => ({ id: row.id, value: row.value, key: row.k }));
  const kind = (name: string) => source.columns[name]?.kind ?? 'text';
  all.sort((a, b) => compare(kind(field), a.value, b.value) || compare(kind(source.key), a.key, b.key));
  return descending ? all.reverse() : all;
}

/** As MySQL compares: nothing before everything, numbers as numbers, text without case. */
function compare(kind: string, a: unknown, b: unknown): number {
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  if (kind === 'bigint' || kind === 'int') return Number(BigInt(String(a)) - BigInt(String(b)));
  const fold = (text: unknown) => (kind === 'text' ? String(text).toLowerCase() : String(text));
  return fold(a) < fold(b) ? -1 : fold(a) > fold(b) ? 1 : 0;
}

const question = fc.record({
  list: fc.constantFrom(...Object.keys(LISTS)),
  filter: fc.nat(),
  sort: fc.nat(),
  descending: fc.boolean(),
  size: fc.integer({ min: 0, max: 12 }),
  backwards: fc.boolean(),
  after: fc.option(fc.nat()),
  before: fc.option(fc.nat()),
});

const RUNS = process.env.LONG_TESTS === undefined ? 80 : 3_000;
const SEED = process.env.TEST_SEED === undefined ? undefined : Number(process.env.TEST_SEED);

test('a page is what an array would give: sorted, filtered, cut after and before, taken from the front or the end', async () => {
  await fc.assert(
    fc.asyncProperty(question, async (asked) => {
      const { type, filters } = LISTS[asked.list] ?? { type: '', filters: [] };
      const source = sourceOf(type);
      const field = source.sorts[asked.sort % source.sorts.length] ?? '';
      const [filter = '', where = ''] = filters[asked.filter % filters.length] ?? [];
      const all = await sorted(source, field, asked.descending, where);
      const from = asked.after === null || all.length === 0 ? 0 : (asked.after % all.length) + 1;
      const to = asked.before === null || all.length === 0 ? all.length : asked.before % all.length;
      const between = all.slice(from, Math.max(from, to));
      const cut = asked.backwards
        ? between.slice(Math.max(0, between.length - asked.size))
        : between.slice(0, asked.size);

      const sort = `sort: { field: ${enumName(field)}, direction: ${asked.descending ? 'DESC' : 'ASC'} }`;
      const cursors = await cursorsOf(asked.list, `${sort} ${filter}`);
      const after = from === 0 ? '' : `after: "${cursors[from - 1]}"`;
      const before = to === all.length ? '' : `before: "${cursors[to]}"`;
      const size = `${asked.backwards ? 'last' : 'first'}: ${asked.size}`;
      const text = `{ list: ${asked.list}(${sort} ${filter} ${size} ${after} ${before}) { totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage } } }`;
      const answer = await server.ask(admin, text);
      const more = between.length > asked.size;
      expect(answer.data?.list, text).toEqual({
        totalCount: all.length,
        nodes: cut.map(({ id }) => ({ id })),
        pageInfo: {
          hasNextPage: asked.backwards ? before !== '' : more,
          hasPreviousPage: asked.backwards ? more : after !== '',
        },
      });
    }),
    { numRuns: RUNS, seed: SEED },
  );
}, 300_000);

async function cursorsOf(list: string, args: string): Promise<string[]> {
  const text = `{ list: ${list}(first: 100 ${args}) { edges { cursor } } }`;
  const answer = await server.ask<{ list: { edges: { cursor: string }[] } }>(admin, text);
  return answer.data?.list.edges.map((edge) => edge.cursor) ?? [];
}

function enumName(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
