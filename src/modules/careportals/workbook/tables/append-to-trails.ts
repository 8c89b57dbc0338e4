import { inOneRoundTrip } from '../../../../platform/database/in-one-round-trip.ts';
import { newPublicId } from '../../../../platform/database/public-id.ts';
import { type AuditContent, auditHash } from '../../subscriptions/audit-hash.ts';
import { type AuditEntry, auditRow } from '../../subscriptions/record-audit.ts';
import { wellFormed } from '../../subscriptions/well-formed.ts';
import type { Tx } from '../../tables.ts';
import type { LogLine } from '../lines.ts';
import { LostRace } from '../lost-race.ts';
import type { Context } from '../table.ts';
import { insertRows } from './insert-rows.ts';
import { workbookCause } from './workbook-cause.ts';

/**
 * Adds entries behind the newest ones of their subscriptions' trails, in the order given, and changes nothing else.
 * The subscriptions are locked, in the order of their ids, as by whoever adds an entry. @throws LostRace if one is gone.
 */
export async function appendToTrails(tx: Tx, context: Context, lines: readonly LogLine[]): Promise<void> {
  if (lines.length === 0) return;
  const heads = await lockHeads(tx, lines);
  const entries = lines.map((line): AuditEntry => {
    const content = wellFormed(contentOf(line, context));
    const previousHash = heads.get(line.subscription_id);
    if (previousHash === undefined) throw new LostRace();
    const hash = auditHash(previousHash, content);
    heads.set(line.subscription_id, hash);
    return { publicId: newPublicId(), content, previousHash, hash };
  });
  await insertRows(tx, 'subscriptions_audit_log', entries.map(auditRow));
  const updates = [...heads].map(([subscription_id, audit_head]) =>
    tx.updateTable('subscriptions').set({ audit_head }).where('subscription_id', '=', subscription_id),
  );
  await inOneRoundTrip(tx, updates);
}

async function lockHeads(tx: Tx, lines: readonly LogLine[]): Promise<Map<string, string | null>> {
  const ids = [...new Set(lines.map(({ subscription_id }) => subscription_id))].sort();
  const rows = await tx
    .selectFrom('subscriptions')
    .select(['subscription_id', 'audit_head'])
    .where('subscription_id', 'in', ids)
    .orderBy('subscription_id')
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.subscription_id, row.audit_head]));
}

function contentOf(line: LogLine, context: Context): AuditContent {
  return {
    subscription_id: line.subscription_id,
    customer_id: line.emr_customer_id,
    product_id: line.product_id,
    cycle: line.cycle,
    status: line.status,
    previous_status: null,
    version: null,
    trigger_type: line.trigger_type,
    effect: 'imported',
    actor: 'careportals',
    actor_role: 'system',
    source: 'import',
    reason: null,
    comment: null,
    correlation_id: workbookCause(context).correlationId,
    created_at: line.created_at,
    updated_at: line.updated_at,
    webhook_received_at: line.received_at,
    raw_data: line.raw_data ?? null,
    changes: null,
  };
}
