import { levelOf } from '../../../platform/access/caller.ts';
import { type Context, causeOf, requireRoleOrScope } from '../../../platform/context.ts';
import type { Instant } from '../../../platform/database/instant.ts';
import { inTransaction } from '../../../platform/database/transaction.ts';
import { type Preview, previewDeliveries } from '../../../platform/inbox/preview-deliveries.ts';
import { findReplayable, type Replayable, replayDeliveries } from '../../../platform/inbox/replay-deliveries.ts';
import { awaitedNames } from '../../../platform/inbox/unpark.ts';
import { publicIdFor } from '../../../platform/read/node-id.ts';
import { planPage } from '../../../platform/read/page.ts';
import type { Row } from '../../../platform/read/reader.ts';
import type { Condition } from '../../../platform/read/source.ts';
import { type Refusal, refusal, UserErrorCode } from '../../../platform/refusal.ts';
import type { Tx } from '../tables.ts';
import { deliveriesFor } from './deliveries-for.ts';
import { type ForeseenChange, foreseenChanges, type Seen, subjectsAsSeenBy } from './foreseen-changes.ts';
import type { ReplayWebhookInput, WebhookForecast, WebhookOutcome } from './replay.type.ts';
import { webhookDeliveries } from './webhook-delivery.source.ts';

/** Deliveries of one replay: they are marked in one transaction. */
const MOST_REPLAYED = 1_000;
/** Deliveries of one dry run: they are applied, and what they touch is locked, until it is rolled back. */
const MOST_TRIED = 50;
/** Deliveries that an answer lists. */
const MOST_SHOWN = 100;

export interface ReplayAnswer {
  matched: number;
  replayed: number;
  replayedAt: Instant | null;
  hasMore: boolean;
  deliveries: Row[];
  forecasts: WebhookForecast[];
  changes: ForeseenChange[];
  userErrors: Refusal[];
}

const NOTHING: ReplayAnswer = {
  matched: 0,
  replayed: 0,
  replayedAt: null,
  hasMore: false,
  deliveries: [],
  forecasts: [],
  changes: [],
  userErrors: [],
};

/** Has deliveries tried again, or says what would come of it. For support, admins and services with scope `replay`. */
export async function replayWebhook(context: Context, input: ReplayWebhookInput): Promise<ReplayAnswer> {
  requireRoleOrScope(context, 'replay', 'support', 'admin');
  const invalid = whyInvalid(input);
  if (invalid !== null) return refused(invalid);
  const most = input.dryRun ? MOST_TRIED : MOST_REPLAYED;
  const found = await findReplayable(context.query, wantedBy(context, input), most);
  if (input.id != null && found.matched === 0) return refused(await whyNotThis(context, input.id));
  return input.dryRun ? tryOut(context, found) : replay(context, found);
}

async function replay(context: Context, { inboxIds, matched }: Replayable): Promise<ReplayAnswer> {
  const cause = causeOf(context);
  const replayed = await inTransaction(context.orm, (tx: Tx) => replayDeliveries(tx, inboxIds, cause));
  context.inbox.wake();
  context.reader.forget();
  const deliveries = await deliveriesFor(context, inboxIds.slice(0, MOST_SHOWN));
  const hasMore = matched > inboxIds.length;
  return { ...NOTHING, matched, replayed, replayedAt: cause.at, hasMore, deliveries };
}

async function tryOut(context: Context, { inboxIds, matched }: Replayable): Promise<ReplayAnswer> {
  const { orm, clock, query, caller } = context;
  const look = subjectsAsSeenBy(caller);
  const processing = { orm, clock, sources: context.inbox.sources };
  const preview = await previewDeliveries(processing, query, inboxIds, look);
  return {
    ...NOTHING,
    matched,
    hasMore: matched > inboxIds.length,
    deliveries: await deliveriesFor(context, inboxIds),
    forecasts: await forecastsOf(context, preview),
    changes: foreseenChanges(preview.before, preview.after),
  };
}

async function forecastsOf(context: Context, { tried }: Preview<Seen>): Promise<WebhookForecast[]> {
  const rows = await deliveriesFor(
    context,
    tried.map(({ delivery }) => delivery.inboxId),
  );
  const byInboxId = new Map(rows.map((row) => [row.inboxId, row]));
  return tried.map(({ delivery, forecast }) => ({
    deliveryId: `${webhookDeliveries.idPrefix}_${delivery.publicId}`,
    delivery: byInboxId.get(delivery.inboxId) ?? null,
    outcome: forecast.kind as WebhookOutcome,
    waitingFor: forecast.kind === 'parked' ? awaitedNames(forecast).join(' or ') : null,
    note: forecast.note ?? null,
  }));
}

function wantedBy({ caller }: Context, { id, filter }: ReplayWebhookInput): Condition {
  if (id != null) return { sql: 'i.public_id = ?', params: [publicIdFor(webhookDeliveries, id) ?? ''] };
  return planPage(webhookDeliveries, webhookDeliveries.access[levelOf(caller)], { filter: { ...filter } }).filter;
}

function whyInvalid({ id, filter }: ReplayWebhookInput): Refusal | null {
  if ((id == null) === (filter == null)) {
    return refusal(UserErrorCode.VALIDATION, 'Give exactly one of id and filter.', 'input', 'id');
  }
  if (id != null || Object.values(filter ?? {}).some((value) => value != null)) return null;
  const message = 'The filter is empty and would fit every delivery. Say which.';
  return refusal(UserErrorCode.VALIDATION, message, 'input', 'filter');
}

async function whyNotThis({ query }: Context, id: string): Promise<Refusal> {
  const publicId = publicIdFor(webhookDeliveries, id) ?? '';
  const known = await query('SELECT 1 FROM webhook_inbox WHERE public_id = ?', [publicId]);
  if (known.length === 0) return refusal(UserErrorCode.NOT_FOUND, 'There is no such delivery.', 'input', 'id');
  const message = 'It is about to be tried by itself: wait for what comes of it.';
  return refusal(UserErrorCode.INVALID_TRANSITION, message, 'input', 'id');
}

function refused(reason: Refusal): ReplayAnswer {
  return { ...NOTHING, userErrors: [reason] };
}
