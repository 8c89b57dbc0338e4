import { expect } from 'vitest';
import { plainQuery } from '../../../../src/platform/database/query.ts';
import { createTestDatabase, type TestDatabase } from '../../../kit/test-database.ts';
import { openSession } from '../../schema/session.ts';

/** What each kind of event leaves behind, a row an event: its story's number is `id`. */
const EFFECTS: Record<string, string> = {
  'order.created': `SELECT order_id AS id FROM order_status_updates WHERE updated_status = 'processing'`,
  'order.updated': `SELECT order_id AS id FROM order_status_updates WHERE updated_status = 'shipped'`,
  'subscription.active': auditRows('subscription.active'),
  'subscription.paused': auditRows('subscription.paused'),
  'charge.succeeded': 'SELECT SUBSTRING(charge_id, 4) AS id FROM payments',
  'refund.created': 'SELECT SUBSTRING(stripe_refund_id, 4) AS id FROM refunds',
};

/** Entries of the audit trail name the delivery that caused them. */
function auditRows(eventType: string): string {
  return `SELECT TRIM(LEADING 'b' FROM a.subscription_id) AS id FROM subscriptions_audit_log a
    JOIN webhook_inbox i ON i.public_id = a.correlation_id WHERE i.event_type = '${eventType}'`;
}

/** A database of its own, and what the deliveries have left in it. */
export interface IntakeDatabase {
  database: TestDatabase;
  /** How many effects each event has had, by its name. */
  effects(): Promise<Map<string, number>>;
  /** Deliveries that are done and were not finished by exactly one attempt. */
  finishedOtherwiseThanOnce(): Promise<object[]>;
  /** How many deliveries are due, or will be when their wait after a failure is over. */
  undone(): Promise<number>;
  /** Until nothing is undone. The regular look at what is parked is brought forward. */
  drained(): Promise<void>;
  /** Checksums of all rows of all tables. */
  everything(): Promise<object[]>;
  drop(): Promise<void>;
}

export async function createIntakeDatabase(): Promise<IntakeDatabase> {
  const database = await createTestDatabase();
  const query = await plainQuery(database.orm);
  const admin = await openSession(database.adminUrl);
  const undone = async () => {
    const [row] = await query<{ n: string }>(`SELECT COUNT(*) AS n FROM webhook_inbox
      WHERE status = 'pending' OR (status = 'parked' AND next_attempt_at <= UTC_TIMESTAMP(3))`);
    return Number(row?.n);
  };
  return {
    database,
    undone,
    effects: async () => {
      const counts = new Map<string, number>();
      for (const [kind, sql] of Object.entries(EFFECTS)) {
        for (const { id } of await query<{ id: string }>(sql)) {
          counts.set(`${kind} ${id}`, (counts.get(`${kind} ${id}`) ?? 0) + 1);
        }
      }
      return counts;
    },
    finishedOtherwiseThanOnce: () =>
      query(`SELECT i.event_type, i.status, i.attempts, COUNT(l.log_id) AS n FROM webhook_inbox i
        LEFT JOIN webhook_logs l ON l.inbox_id = i.inbox_id AND l.outcome = i.status
        WHERE i.status <> 'parked' GROUP BY i.inbox_id HAVING n <> 1 OR i.status <> 'processed'`),
    drained: async () => {
      await admin.run("UPDATE webhook_inbox SET next_attempt_at = received_at WHERE status = 'parked'");
      await expect.poll(undone, { timeout: 60_000, interval: 50 }).toBe(0);
    },
    everything: async () => {
      const tables = await admin.rows<{ name: string }>(`SELECT TABLE_NAME AS name FROM information_schema.tables
        WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'`);
      return admin.rows(`CHECKSUM TABLE ${tables.map(({ name }) => name).join(', ')}`);
    },
    drop: async () => {
      await admin.close();
      await database.drop();
    },
  };
}
