import type { Generated, JSONColumnType } from 'kysely';
import type { Instant } from '../database/instant.ts';

export type InboxStatus = 'pending' | 'parked' | 'processed' | 'ignored' | 'quarantined' | 'dead';

/** The queue as the inbox itself reads and writes it. */
export interface InboxTables {
  webhook_inbox: {
    inbox_id: Generated<string>;
    public_id: Generated<string>;
    source_system: string;
    event_key: string;
    event_type: string;
    event_id: string | null;
    payload: JSONColumnType<object>;
    status: Generated<InboxStatus>;
    waiting_for: string | null;
    /** What else wakes it: whichever comes first. */
    or_waiting_for: string | null;
    /** Finished tries: each has its row in webhook_logs. */
    attempts: Generated<number>;
    next_attempt_at: Instant;
    note: string | null;
    received_at: Instant;
    finished_at: Instant | null;
    /** Since when it waits for what it waits for. */
    parked_at: Instant | null;
    replayed_at: Instant | null;
    replayed_by: string | null;
    /** Tries that were finished when a person last had it tried again: the limit counts from there. */
    attempts_before_replay: Generated<number>;
  };
  webhook_subjects: {
    subject_type: string;
    subject_id: string;
    inbox_id: string;
  };
}
