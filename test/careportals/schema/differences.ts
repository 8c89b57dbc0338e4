import type { Column, Schema, Table } from './read-schema.ts';
import { specEvents, specRights, specTriggers } from './spec-rules.ts';
import { type SpecForeignKey, type SpecTable, specTables } from './spec-tables.ts';

/** One thing that is not as the design has it. NONE stands where one side has nothing. */
export interface Difference {
  /** `table.column`, `table.index`, … or the name of a table, a view, a trigger, an event. */
  where: string;
  /** An aspect of a column, or what kind of thing it is. */
  what: string;
  spec: string;
  here: string;
}

export const NONE = '–';

/** Rights by account, then by table, as `SELECT, INSERT`. */
export type Rights = Record<string, Record<string, string>>;

/** Every way in which the schema and the rights differ from the design. */
export function differencesFromSpec(schema: Schema, rights: Rights): Difference[] {
  const tables = Object.entries(schema.tables);
  return [
    ...tables.flatMap(([name, table]) => {
      const spec = specTables[name];
      return spec ? tableDifferences(name, spec, table) : [added(name, 'table', describe(table))];
    }),
    ...Object.keys(specTables)
      .filter((name) => !schema.tables[name])
      .map((name) => absent(name, 'table', 'a table')),
    ...pairs('view', {}, schema.views),
    ...pairs('trigger', specTriggers, schema.triggers),
    ...pairs('event', specEvents, schema.events),
    ...Object.entries(specRights).flatMap(([account, granted]) =>
      tables.flatMap(([name]) => differs(name, `rights of ${account}`, granted, rights[account]?.[name])),
    ),
  ];
}

function tableDifferences(name: string, spec: SpecTable, here: Table): Difference[] {
  const under = (differences: Difference[]) => differences.map((one) => ({ ...one, where: `${name}.${one.where}` }));
  return [
    ...differs(name, 'options', 'InnoDB utf8mb4_unicode_ci', here.options),
    ...under(columnDifferences(spec, here)),
    ...under(pairs('index', spec.indexes, here.indexes)),
    ...under(foreignKeyDifferences(spec.foreignKeys ?? [], here)),
    ...under(pairs('check', spec.checks ?? {}, here.checks)),
  ];
}

function columnDifferences(spec: SpecTable, here: Table): Difference[] {
  const extra = Object.entries(here.columns).filter(([name]) => !(name in spec.columns));
  return [
    ...Object.entries(spec.columns).flatMap(([name, definition]) => {
      const column = here.columns[name];
      return column ? aspectDifferences(name, parseColumn(definition), column) : [absent(name, 'column', definition)];
    }),
    ...extra.map(([name, column]) => added(name, 'column', define(column))),
  ];
}

const ASPECTS = ['type', 'collation', 'null', 'default', 'on update', 'extra', 'generated'] as const;

function aspectDifferences(name: string, spec: Column, here: Column): Difference[] {
  return ASPECTS.flatMap((aspect) => differs(name, aspect, spec[aspect], here[aspect]));
}

/** Foreign keys are told apart by their columns, because the design names only some of them. */
function foreignKeyDifferences(spec: SpecForeignKey[], here: Table): Difference[] {
  const rest = new Map(Object.entries(here.foreignKeys));
  const expected = spec.flatMap((key) => {
    const found = [...rest].find(([, { columns }]) => columns === key.columns);
    if (!found) return [absent(key.name ?? key.columns, 'foreign key', key.rule)];
    rest.delete(found[0]);
    const named = differs(found[0], 'name of a foreign key', key.name ?? found[0], found[0]);
    return [...named, ...differs(found[0], 'foreign key', key.rule, found[1].rule)];
  });
  return [...expected, ...[...rest].map(([name, key]) => added(name, 'foreign key', `${key.columns} → ${key.rule}`))];
}

function pairs(what: string, spec: Record<string, string>, here: Record<string, string>): Difference[] {
  const names = new Set([...Object.keys(spec), ...Object.keys(here)]);
  return [...names].flatMap((name) => differs(name, what, spec[name], here[name]));
}

function differs(where: string, what: string, spec: string | undefined, here: string | undefined): Difference[] {
  return spec === here ? [] : [{ where, what, spec: spec ?? NONE, here: here ?? NONE }];
}

function added(where: string, what: string, here: string): Difference {
  return { where, what, spec: NONE, here };
}

function absent(where: string, what: string, spec: string): Difference {
  return { where, what, spec, here: NONE };
}

/** A column of the design as MySQL would report it. */
function parseColumn(definition: string): Column {
  const [, type = '', nullable, value, onUpdate, extra] =
    /^(.+?)(?: (NOT NULL|NULL))?(?: DEFAULT (\S+))?(?: ON UPDATE (\S+))?(?: (AUTO_INCREMENT))?$/.exec(definition) ?? [];
  return {
    type: type === 'BOOLEAN' ? 'TINYINT(1)' : type,
    collation: /^(VARCHAR|CHAR|TEXT|ENUM)/.test(type) ? 'utf8mb4_unicode_ci' : undefined,
    null: nullable === 'NULL' ? 'NULL' : 'NOT NULL',
    default: value === 'TRUE' ? '1' : value,
    'on update': onUpdate,
    extra,
  };
}

/** A column in one line; the tables' own collation goes without saying. */
function define(column: Column): string {
  const parts = [column.type];
  if (column.collation && column.collation !== 'utf8mb4_unicode_ci') parts.push(column.collation);
  if (column.generated) parts.push(`AS (${column.generated.replace(/ STORED$/, ')')} STORED`);
  parts.push(column.null);
  if (column.default) parts.push(`DEFAULT ${column.default}`);
  if (column['on update']) parts.push(`ON UPDATE ${column['on update']}`);
  return parts.join(' ');
}

/** A table that the design does not have, in one line: columns, then keys and checks. */
function describe(table: Table): string {
  const { PRIMARY = '', ...indexes } = table.indexes;
  return [
    Object.keys(table.columns).join(', '),
    `PRIMARY ${PRIMARY.replace('UNIQUE ', '')}`,
    ...Object.entries(indexes).map(([name, index]) => `${name} ${index}`),
    ...Object.entries(table.foreignKeys).map(([name, key]) => `${name} ${key.columns} → ${key.rule}`),
    ...Object.entries(table.checks).map(([name, condition]) => `${name}: ${condition}`),
  ].join('; ');
}
