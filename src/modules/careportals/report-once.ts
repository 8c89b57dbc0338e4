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
  await tx
    .insertInto('error_logs')
    .values({
      error_type: errorType,
      error_message: message,
      trigger_source: source,
      raw_data: JSON.stringify(facts),
    })
    .execute();
}
