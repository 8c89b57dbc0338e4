import type { Tx } from './tables.ts';

/** Something that a person should look at; ids, numbers and names of fields only. */
export interface Remark {
  errorType: string;
  /** What it is about, e.g. `order:2417`. */
  source: string;
  message: string;
  facts: object;
}

/** Writes a remark into error_logs unless the same stands there already. The caller holds the row that it is about. */
export async function reportOnce(tx: Tx, { errorType, source, message, facts }: Remark): Promise<void> {
  const known = await tx
    .selectFrom('error_logs')
    .select('error_id')
    .where('trigger_source', '=', source)
    .where('error_type', '=', errorType)
    .where('error_message', '=', message)
    .executeTakeFirst();
  if (known) return;
  await tx.insertInto('error_logs').values(rowOf({ errorType, source, message, facts })).execute();
}

function rowOf({ errorType, source, message, facts }: Remark) {
  return {
    error_type: errorType,
    error_message: message,
    trigger_source: source,
    raw_data: JSON.stringify(facts),
  };
}

/** The same for many remarks of one kind, each about another row, in two statements. */
export async function reportEachOnce(tx: Tx, remarks: readonly Remark[]): Promise<void> {
  const [first] = remarks;
  if (first === undefined) return;
  const known = await tx
    .selectFrom('error_logs')
    .select(['trigger_source', 'error_message'])
    .where(
      'trigger_source',
      'in',
      remarks.map(({ source }) => source),
    )
    .where('error_type', '=', first.errorType)
    .execute();
  const there = new Set(known.map((row) => `${row.trigger_source} ${row.error_message}`));
  const fresh = remarks.filter(({ source, message }) => !there.has(`${source} ${message}`));
  if (fresh.length > 0) await tx.insertInto('error_logs').values(fresh.map(rowOf)).execute();
}
