import { Field, InputType } from 'type-graphql';
import { sortInput } from '../../../platform/graphql/connection.type.ts';
import { listArgs } from '../../../platform/graphql/list-args.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';
import { WebhookStatus } from './webhook-delivery.type.ts';

@InputType({ description: 'Which failed deliveries. A list means any of these.' })
export class FailedWebhookFilter {
  @Field(() => [String], {
    nullable: true,
    description: 'By sender: `careportals`, `stripe`, `workbook` (rows of an import that wait).',
  })
  sourceSystem?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'By event, e.g. `order.updated`.' })
  eventType?: string[] | null;

  @Field(() => [String], { nullable: true, description: "By the sender's event id." })
  eventId?: string[] | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'First came at or after.' })
  receivedFrom?: Date | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'First came before.' })
  receivedBefore?: Date | null;
}

@InputType({ description: 'Which parked deliveries. A list means any of these.' })
export class ParkedWebhookFilter extends FailedWebhookFilter {
  @Field(() => [String], { nullable: true, description: 'By what they wait for, e.g. `order:2417`.' })
  waitingFor?: string[] | null;
}

@InputType({ description: 'Which deliveries. A list means any of these.' })
export class WebhookDeliveryFilter extends ParkedWebhookFilter {
  @Field(() => [WebhookStatus], { nullable: true, description: 'By where they stand.' })
  status?: WebhookStatus[] | null;

  @Field(() => DateTimeISO, {
    nullable: true,
    description: 'Never replayed, or last before: to go on where one replay had to leave some out.',
  })
  replayedBefore?: Date | null;
}

const RECEIVED_AT = { receivedAt: 'When it first came.' };

const WebhookDeliverySort = sortInput('WebhookDelivery', RECEIVED_AT);
const ParkedWebhookSort = sortInput('ParkedWebhook', { waitingSince: 'Since when it waits.', ...RECEIVED_AT });

export const WebhookDeliveryListArgs = listArgs(WebhookDeliveryFilter, WebhookDeliverySort);
export const FailedWebhookListArgs = listArgs(FailedWebhookFilter, WebhookDeliverySort);
export const ParkedWebhookListArgs = listArgs(ParkedWebhookFilter, ParkedWebhookSort, 'who waits longest first');
