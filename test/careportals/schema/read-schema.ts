import type { Orm } from '../../../src/platform/database/connect.ts';

/** One column by aspect, in the words of a column definition; what does not apply is absent. */
export interface Column {
  type: string;
  collation?: string;
  null: 'NULL' | 'NOT NULL';
  default?: string;
  'on update'?: string;
  /** `AUTO_INCREMENT` */
  extra?: string;
  generated?: string;
}

export interface Table {
  columns: Record<string, Column>;
  /** Index name to `[UNIQUE ](columns)`. */
  indexes: Record<string, string>;
  /** Name to `(columns)` and `table (columns) ON DELETE action ON UPDATE action`. */
  foreignKeys: Record<string, { columns: string; rule: string }>;
  checks: Record<string, string>;
  options: string;
}

export interface Schema {
  tables: Record<string, Table>;
  /** View name to its columns. */
  views: Record<string, string>;
  triggers: Record<string, string>;
  events: Record<string, string>;
}

type Row = Record<string, string>;

/** The connection's schema as information_schema tells it, in the words that the design uses. */
export async function readSchema(orm: Orm): Promise<Schema> {
  const read = (table: string, rest: string) =>
    orm.em.getConnection().execute<Row[]>(`SELECT * FROM information_schema.${table} WHERE ${rest}`);
  const tables: Record<string, Table> = {};
  const views: Record<string, string> = {};
  for (const row of await read('tables', 'table_schema = DATABASE() ORDER BY table_name')) {
    const options = `${row.ENGINE} ${row.TABLE_COLLATION}`;
    if (row.TABLE_TYPE === 'VIEW') views[name(row)] = '';
    else tables[name(row)] = { columns: {}, indexes: {}, foreignKeys: {}, checks: {}, options };
  }
  for (const row of await read('columns', 'table_schema = DATABASE() ORDER BY table_name, ordinal_position')) {
    const view = views[name(row)];
    if (view !== undefined) views[name(row)] = view === '' ? text(row, 'COLUMN_NAME') : `${view}, ${row.COLUMN_NAME}`;
    else at(tables, row).columns[text(row, 'COLUMN_NAME')] = columnOf(row);
  }
  await readIndexes(read, tables);
  await readForeignKeys(read, tables);
  await readChecks(read, tables);
  return { tables, views, triggers: await readTriggers(read), events: await readEvents(read) };
}

type Read = (table: string, rest: string) => Promise<Row[]>;

async function readIndexes(read: Read, tables: Record<string, Table>): Promise<void> {
  const parts = await read('statistics', 'table_schema = DATABASE() ORDER BY table_name, index_name, seq_in_index');
  for (const rows of Map.groupBy(parts, (row) => `${name(row)}.${row.INDEX_NAME}`).values()) {
    const [first = {}] = rows;
    const unique = Number(first.NON_UNIQUE) === 0 ? 'UNIQUE ' : '';
    at(tables, first).indexes[text(first, 'INDEX_NAME')] = `${unique}(${rows.map(indexPart).join(', ')})`;
  }
}

async function readForeignKeys(read: Read, tables: Record<string, Table>): Promise<void> {
  const uses = await read('key_column_usage', 'table_schema = DATABASE() ORDER BY ordinal_position');
  for (const rule of await read('referential_constraints', 'constraint_schema = DATABASE()')) {
    const own = uses.filter((use) => use.CONSTRAINT_NAME === rule.CONSTRAINT_NAME && name(use) === name(rule));
    const columns = (side: string) => `(${own.map((use) => use[side]).join(', ')})`;
    const actions = `ON DELETE ${rule.DELETE_RULE} ON UPDATE ${rule.UPDATE_RULE}`;
    at(tables, rule).foreignKeys[text(rule, 'CONSTRAINT_NAME')] = {
      columns: columns('COLUMN_NAME'),
      rule: `${rule.REFERENCED_TABLE_NAME} ${columns('REFERENCED_COLUMN_NAME')} ${actions}`,
    };
  }
}

async function readChecks(read: Read, tables: Record<string, Table>): Promise<void> {
  const clauses = await read('check_constraints', 'constraint_schema = DATABASE()');
  const checks = "constraint_schema = DATABASE() AND constraint_type = 'CHECK' AND enforced = 'YES'";
  for (const row of await read('table_constraints', checks)) {
    const clause = clauses.find((other) => other.CONSTRAINT_NAME === row.CONSTRAINT_NAME)?.CHECK_CLAUSE ?? '';
    at(tables, row).checks[text(row, 'CONSTRAINT_NAME')] = expression(clause);
  }
}

async function readTriggers(read: Read): Promise<Record<string, string>> {
  const rows = await read('triggers', 'trigger_schema = DATABASE()');
  const when = (row: Row) => `${row.ACTION_TIMING} ${row.EVENT_MANIPULATION} ON ${row.EVENT_OBJECT_TABLE}`;
  return Object.fromEntries(rows.map((row) => [text(row, 'TRIGGER_NAME'), when(row)]));
}

async function readEvents(read: Read): Promise<Record<string, string>> {
  const rows = await read('events', 'event_schema = DATABASE()');
  return Object.fromEntries(
    rows.map((row) => [text(row, 'EVENT_NAME'), `EVERY ${row.INTERVAL_VALUE} ${row.INTERVAL_FIELD}`]),
  );
}

function columnOf(row: Row): Column {
  const extra = text(row, 'EXTRA');
  return {
    // The values of an ENUM keep their letters.
    type: text(row, 'COLUMN_TYPE').replace(/^[a-z]+/, (word) => word.toUpperCase()),
    collation: row.COLLATION_NAME ?? undefined,
    null: row.IS_NULLABLE === 'YES' ? 'NULL' : 'NOT NULL',
    default: defaultOf(row.COLUMN_DEFAULT, extra),
    'on update': /on update (\S+)/.exec(extra)?.[1],
    extra: extra.includes('auto_increment') ? 'AUTO_INCREMENT' : undefined,
    generated: extra.includes('STORED GENERATED')
      ? `${expression(text(row, 'GENERATION_EXPRESSION'))} STORED`
      : undefined,
  };
}

function defaultOf(value: string | null | undefined, extra: string): string | undefined {
  if (value === null || value === undefined) return undefined;
  const computed = extra.includes('DEFAULT_GENERATED') && !value.startsWith('CURRENT_TIMESTAMP');
  return computed ? `(${expression(value)})` : value;
}

/** An expression as MySQL stores it, without the quotes and the outer parentheses that it adds. */
function expression(stored: string): string {
  const bare = stored
    .replaceAll('`', '')
    .replaceAll("\\'", "'")
    .replaceAll(/_(utf8mb4|latin1|ascii)(?=')/g, '');
  return /^\((?:[^()]|\([^()]*\))*\)$/.test(bare) ? bare.slice(1, -1) : bare;
}

function indexPart(row: Row): string {
  const length = row.SUB_PART ? `(${row.SUB_PART})` : '';
  return `${row.COLUMN_NAME ?? row.EXPRESSION}${length}${row.COLLATION === 'D' ? ' DESC' : ''}`;
}

function at(tables: Record<string, Table>, row: Row): Table {
  const table = tables[name(row)];
  if (!table) throw new Error(`information_schema describes ${name(row)} without listing it`);
  return table;
}

function name(row: Row): string {
  return text(row, 'TABLE_NAME');
}

function text(row: Row, column: string): string {
  const value = row[column];
  if (value === undefined) throw new Error(`information_schema gave no ${column}`);
  return value;
}
