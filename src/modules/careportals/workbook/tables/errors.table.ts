import type { Query } from '../../../../platform/database/query.ts';
import { wellFormed } from '../../subscriptions/well-formed.ts';
import type { Tx } from '../../tables.ts';
import type { ErrorLine } from '../lines.ts';
import type { Admitted, Context, Settled, Table } from '../table.ts';
import { rowsByKey } from './find-known.ts';
import { insertRows } from './insert-rows.ts';
import { WholeLines } from './whole-lines.ts';

/** Errors that the old scripts wrote down. Only what came from a workbook is its; our own error log stays here. */
export const errorsTable: Table<ErrorLine> = {
  sheet: 'Subscription_Errors',
  batchRows: 1_000,
  settle,
  write,
  tells: () => [],
  pages,
};

/** Before the workbook's own word for what failed. */
const PREFIX = 'workbook:';
const SOURCE_LENGTH = 100;

interface Row extends Omit<ErrorLine, 'trigger'> {
  trigger_source: string;
}

const COLUMNS = 'occurred_at, error_type, error_message, raw_data, trigger_source';

async function settle(
  query: Query,
  _context: Context,
  lines: readonly Admitted<ErrorLine>[],
): Promise<Settled<ErrorLine>[]> {
  const sources = lines.map(({ line }) => sourceOf(line));
  const sql = `SELECT ${COLUMNS} FROM error_logs WHERE trigger_source IN (?)`;
  const known = new WholeLines();
  for (const row of await rowsByKey<Row>(query, sql, sources)) known.add(row);
  return lines.map((admitted) => {
    const did = known.has(rowOf(admitted.line)) ? 'unchanged' : 'written';
    return { ...admitted, did, findings: [], differs: [] };
  });
}

function sourceOf({ trigger }: ErrorLine): string {
  return `${PREFIX}${trigger ?? ''}`.slice(0, SOURCE_LENGTH).toWellFormed();
}

function rowOf(line: ErrorLine): Row {
  const { trigger, ...row } = line;
  return wellFormed({ ...row, trigger_source: sourceOf(line) });
}

async function write(tx: Tx, _context: Context, settled: readonly Settled<ErrorLine>[]): Promise<void> {
  const rows = settled.filter(({ did }) => did === 'written').map(({ line }) => rowOf(line));
  await insertRows(
    tx,
    'error_logs',
    rows.map((row) => ({ ...row, raw_data: row.raw_data == null ? null : JSON.stringify(row.raw_data) })),
  );
}

const PAGE = 2_000;

/** In the order in which they were added, which is the sheet's. */
async function* pages(query: Query): AsyncGenerator<readonly ErrorLine[], void> {
  let after = '0';
  for (;;) {
    const page = await query<Row & { error_id: string }>(LINES, [after]);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page.map(({ error_id, trigger_source, ...row }) => {
      const trigger = trigger_source.slice(PREFIX.length);
      return { ...row, trigger: trigger === '' ? null : trigger };
    });
    after = last.error_id;
  }
}

const LINES = `SELECT error_id, ${COLUMNS} FROM error_logs
  WHERE error_id > ? AND trigger_source LIKE '${PREFIX}%' ORDER BY error_id LIMIT ${PAGE}`;
