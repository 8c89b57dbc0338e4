import type { Kysely } from 'kysely';
import type { Subject } from './delivery.ts';
import type { InboxTables } from './inbox-tables.ts';

/** Notes which rows a delivery was applied to; what is noted already stays. */
export async function recordSubjects(tx: Kysely<InboxTables>, inboxId: string, subjects: Subject[]): Promise<void> {
  if (subjects.length === 0) return;
  await tx
    .insertInto('webhook_subjects')
    .values(subjects.map(({ type, id }) => ({ subject_type: type, subject_id: id, inbox_id: inboxId })))
    .onDuplicateKeyUpdate({ inbox_id: inboxId })
    .execute();
}
