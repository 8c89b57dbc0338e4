import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../../../platform/context.ts';
import { IngestWebhookInput, IngestWebhookPayload } from './ingest.type.ts';
import { type IngestAnswer, ingestWebhook } from './ingest-webhook.ts';
import { ReplayWebhookInput, ReplayWebhookPayload } from './replay.type.ts';
import { type ReplayAnswer, replayWebhook } from './replay-webhook.ts';

@Resolver()
export class WebhookMutationsResolver {
  @Mutation(() => ReplayWebhookPayload, {
    description:
      'Has deliveries tried again, whatever became of them: each has one effect however often it is applied. With `dryRun` it says beforehand what would change. For support, admins and services with scope `replay`.',
  })
  replayWebhook(
    @Ctx() context: Context,
    @Arg('input', () => ReplayWebhookInput, { description: 'Which, and whether only to look.' })
    input: ReplayWebhookInput,
  ): Promise<ReplayAnswer> {
    return replayWebhook(context, input);
  }

  @Mutation(() => IngestWebhookPayload, {
    description:
      'Takes a delivery that the caller holds, by the same checks as the webhook addresses and into the same inbox: an event that comes by both has one effect. For admins and services with scope `ingest`.',
  })
  ingestWebhook(
    @Ctx() context: Context,
    @Arg('input', () => IngestWebhookInput, { description: 'The delivery.' }) input: IngestWebhookInput,
  ): Promise<IngestAnswer> {
    return ingestWebhook(context, input);
  }
}
