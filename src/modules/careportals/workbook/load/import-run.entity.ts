import { defineEntity } from '@mikro-orm/core';
import { column } from '../../../../platform/database/column.ts';

/** A run of import or sync, and how far it has come: written in the transaction of each batch. */
export const ImportRun = defineEntity({
  name: 'ImportRun',
  tableName: 'import_runs',
  properties: {
    runId: column.bigint().primary().autoincrement(),
    command: column.text().$type<'import' | 'sync'>(),
    fileSha256: column.text(),
    fileRows: column.bigint(),
    /** Of the last batch. */
    sheet: column.text().nullable(),
    lastOrdinal: column.bigint().default(0),
    tally: column.json(),
    startedAt: column.instant(),
    finishedAt: column.instant().nullable(),
  },
});
