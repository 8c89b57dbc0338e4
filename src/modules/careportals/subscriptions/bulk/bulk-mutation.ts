import { levelOf } from '../../../../platform/access/caller.ts';
import { type Context, causeOf, requireRole } from '../../../../platform/context.ts';
import { toInstantOrNull } from '../../../../platform/database/instant.ts';
import { inTransaction } from '../../../../platform/database/transaction.ts';
import { oncePerKey } from '../../../../platform/idempotency/once-per-key.ts';
import { planPage } from '../../../../platform/read/page.ts';
import type { Row } from '../../../../platform/read/reader.ts';
import { type Refusal, refusal, UserErrorCode } from '../../../../platform/refusal.ts';
import type { Tx } from '../../tables.ts';
import { keyOwner, whyInvalidWords, wordsOrNull } from '../lifecycle-mutation.ts';
import { subscriptions } from '../subscription.source.ts';
import type { BulkSubscriptionActionInput } from './bulk.input.ts';
import { bulkJobs } from './bulk.source.ts';
import { type BulkSelection, whyInvalidIds } from './bulk-selection.ts';
import { type BulkRequest, type BulkResult, createBulkJob } from './create-bulk-job.ts';
import { type BulkForecast, previewBulkAction } from './preview-bulk-action.ts';

export interface BulkAnswer {
  job: Row | null;
  preview: BulkForecast | null;
  userErrors: Refusal[];
}

/** What stands around a bulk action: who may, once per key, one transaction, the answer read anew. */
export async function runBulkAction(context: Context, input: BulkSubscriptionActionInput): Promise<BulkAnswer> {
  requireRole(context, 'support', 'admin');
  const invalid = whyInvalidWords(input) ?? whyInvalidSelection(input);
  if (invalid !== null) return refused(invalid);
  const request = requestOf(context, input);
  return input.dryRun ? tryOut(context, request) : begin(context, input, request);
}

async function begin(context: Context, input: BulkSubscriptionActionInput, request: BulkRequest): Promise<BulkAnswer> {
  const cause = causeOf(context);
  const key = { caller: keyOwner(context), mutation: 'bulkSubscriptionAction', key: input.idempotencyKey ?? null };
  const result = await oncePerKey(context.orm, { ...key, input: sameHowever(request), at: cause.at }, (tx: Tx) =>
    createBulkJob(tx, cause, request),
  );
  context.reader.forget();
  context.jobs.wake();
  return answer(context, 'code' in result ? { refusal: result } : result);
}

/** Ids in another order are the same request. */
function sameHowever(request: BulkRequest): BulkRequest {
  const { selection } = request;
  return 'ids' in selection ? { ...request, selection: { ids: selection.ids.toSorted() } } : request;
}

async function tryOut(context: Context, request: BulkRequest): Promise<BulkAnswer> {
  const forecast = await inTransaction(context.orm, (tx: Tx) => previewBulkAction(tx, causeOf(context), request));
  return 'refusal' in forecast ? refused(forecast.refusal) : { job: null, preview: forecast, userErrors: [] };
}

async function answer({ reader }: Context, result: BulkResult): Promise<BulkAnswer> {
  if ('refusal' in result) return refused(result.refusal);
  return { job: await reader.one(bulkJobs, 'jobId', result.jobId), preview: null, userErrors: [] };
}

function refused(reason: Refusal): BulkAnswer {
  return { job: null, preview: null, userErrors: [reason] };
}

function requestOf(context: Context, input: BulkSubscriptionActionInput): BulkRequest {
  const { action, resumeAt, cycles, atCycleEnd, nextCycleDate, productId, reason, comment } = input;
  return {
    asked: {
      action,
      resumeAt: toInstantOrNull(resumeAt),
      cycles: cycles ?? null,
      atCycleEnd: atCycleEnd ?? null,
      nextCycleDate: toInstantOrNull(nextCycleDate),
      productId: productId ?? null,
    },
    selection: selectionOf(context, input),
    reason: wordsOrNull(reason),
    comment: wordsOrNull(comment),
  };
}

/** A filter may say what it may say in the list of subscriptions. */
function selectionOf({ caller }: Context, { subscriptionIds, filter }: BulkSubscriptionActionInput): BulkSelection {
  if (subscriptionIds != null) return { ids: [...new Set(subscriptionIds)] };
  return { where: planPage(subscriptions, subscriptions.access[levelOf(caller)], { filter: { ...filter } }).filter };
}

function whyInvalidSelection({ subscriptionIds, filter }: BulkSubscriptionActionInput): Refusal | null {
  if ((subscriptionIds == null) === (filter == null)) {
    return invalid('Give exactly one of subscriptionIds and filter.', 'subscriptionIds');
  }
  if (subscriptionIds != null) return whyInvalidIds([...new Set(subscriptionIds)]);
  const saysSomething = Object.values(filter ?? {}).some((value) => value != null);
  // A filter that a program forgot to fill must not cancel everybody.
  return saysSomething ? null : invalid('The filter is empty and would fit every subscription. Say which.', 'filter');
}

function invalid(message: string, field: string): Refusal {
  return refusal(UserErrorCode.VALIDATION, message, 'input', field);
}
