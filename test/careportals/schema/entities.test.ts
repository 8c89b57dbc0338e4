import { glob } from 'node:fs/promises';
import { EntitySchema } from '@mikro-orm/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entities } from '../../../src/modules/careportals/tables.ts';
import { connect, type Orm } from '../../../src/platform/database/connect.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { type Column, readSchema, type Schema, type Table } from './read-schema.ts';

/** Tables that no program text writes through the ORM: the transitions are read once, the other is the migrator's own. */
const WITHOUT_ENTITY = new Set(['mikro_orm_migrations', 'subscription_status_transitions']);
/** Worked by hand-written SQL where no entity file is there for them. */
const PLATFORM_TABLES = new Set(['webhook_inbox', 'access_revocations', 'idempotency_keys']);

const found = await entityFiles();

let database: TestDatabase;
let orm: Orm;
let schema: Schema;

beforeAll(async () => {
  database = await createTestDatabase();
  schema = await readSchema(database.admin);
  orm = await connect({ url: database.appUrl, entities: found });
});

afterAll(async () => {
  await orm.close(true);
  await database.drop();
});

test('every entity file of a table of the core is in the list of entities', () => {
  const listed = new Set<string>(entities.map((entity) => entity.meta.tableName));
  const unlisted = found.map((entity) => entity.meta.tableName).filter((table) => !listed.has(table));
  expect(unlisted.filter((table) => !PLATFORM_TABLES.has(table))).toEqual([]);
});

test('every table has an entity and every entity a table', () => {
  const described = new Set(found.map((entity) => entity.meta.tableName));
  const tables = Object.keys(schema.tables);
  expect([...described].filter((table) => !tables.includes(table))).toEqual([]);
  const bare = tables.filter((table) => !described.has(table) && !WITHOUT_ENTITY.has(table));
  expect(bare.filter((table) => !PLATFORM_TABLES.has(table))).toEqual([]);
});

test.for(found.map((entity) => entity.meta.tableName))('the entity of %s has the columns of the table', (table) => {
  const here = schema.tables[table];
  if (!here) throw new Error(`${table} is missing`);
  const properties = propertiesOf(table);
  expect(
    Object.fromEntries(properties.map((property) => [property.fieldNames[0], describeProperty(property)])),
  ).toEqual(
    Object.fromEntries(
      Object.entries(here.columns).map(([name, column]) => [name, describeColumn(name, column, here)]),
    ),
  );
});

type Property = ReturnType<typeof propertiesOf>[number];

function propertiesOf(table: string) {
  const meta = [...orm.getMetadata().getAll().values()].find((one) => one.tableName === table);
  return meta?.props ?? [];
}

/**
 * A generated column counts as nullable in an entity whatever the table says: that is how an insert may leave it out.
 * What its expression is stands in the migration alone.
 */
function describeProperty(property: Property) {
  return {
    kind: kindOf(property.columnTypes[0] ?? ''),
    nullable: property.nullable === true && !property.generated,
    generated: Boolean(property.generated),
    primary: property.primary === true,
    default: property.defaultRaw !== undefined,
  };
}

function describeColumn(name: string, column: Column, table: Table) {
  const primary = (table.indexes.PRIMARY ?? '').replace(/^UNIQUE \(|\)$/g, '').split(', ');
  return {
    kind: kindOf(column.type.toLowerCase()),
    nullable: column.null === 'NULL' && !column.generated,
    generated: Boolean(column.generated),
    primary: primary.includes(name),
    default: column.default !== undefined,
  };
}

/** All text is one kind: the entities leave lengths to the migrations. */
function kindOf(type: string): string {
  return /^(varchar|char|text|enum)/.test(type) ? 'text' : type;
}

async function entityFiles(): Promise<EntitySchema[]> {
  const source = new URL('../../../src/', import.meta.url).pathname;
  const schemas: EntitySchema[] = [];
  for await (const file of glob('**/*.entity.ts', { cwd: source })) {
    const module: Record<string, unknown> = await import(`${source}${file}`);
    schemas.push(...Object.values(module).filter((value) => value instanceof EntitySchema));
  }
  return schemas;
}
