import type { Compilable, Kysely } from 'kysely';
import type { Subject } from './delivery.ts';
import type { InboxTables } from './inbox-tables.ts';

/** What notes which rows a delivery was applied to; what is noted already stays. No statement if there are none. */
export function subjectRows(tx: Kysely<InboxTables>, inboxId: string, subjects: Subject[]): Compilable[] {
  if (subjects.length === 0) return [];
  const insert = tx
    .insertInto('webhook_subjects')
    .values(subjects.map(({ type, id }) => ({ subject_type: type, subject_id: id, inbox_id: inboxId })))
    .onDuplicateKeyUpdate({ inbox_id: inboxId });
  return [insert];
}
