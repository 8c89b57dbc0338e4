import type { Orm } from '../../../../platform/database/connect.ts';
import { tableNameOf } from '../report/table-name-of.ts';
import type { SheetName } from '../sheet.ts';
import type { Tally } from './tally.ts';

/** MySQL counts by itself only now and then, and plans by what it last counted: an empty table. */
const WORTH_COUNTING = 10_000;

/** Has MySQL count the tables of a large load anew. */
export async function analyzeTables(orm: Orm, { sheets }: Tally): Promise<void> {
  const written = Object.values(sheets).reduce((rows, sheet) => rows + sheet.rows.written, 0);
  if (written < WORTH_COUNTING) return;
  const tables = new Set((Object.keys(sheets) as SheetName[]).map(tableNameOf));
  await orm.em.getConnection().execute(`ANALYZE NO_WRITE_TO_BINLOG TABLE ${[...tables].join(', ')}`);
}
