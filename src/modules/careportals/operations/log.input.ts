import { Field, InputType } from 'type-graphql';
import { sortInput } from '../../../platform/graphql/connection.type.ts';
import { listArgs } from '../../../platform/graphql/list-args.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';

@InputType({ description: 'Which attempts. A list means any of these.' })
export class WebhookLogFilter {
  @Field(() => [String], { nullable: true, description: 'By event, e.g. `order.updated`.' })
  webhookType?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'By sender: `careportals`, `stripe`, `workbook` (rows of an import that wait).',
  })
  sourceSystem?: string[] | null;

  @Field(() => [String], { nullable: true, description: "By the sender's event id." })
  eventId?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'By `success`, `failed` or `pending`.' })
  status?: string[] | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Of deliveries that came at or after.' })
  receivedFrom?: Date | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Of deliveries that came before.' })
  receivedBefore?: Date | null;
}

export const WebhookLogSort = sortInput('WebhookLog', {
  receivedAt: 'When the delivery came.',
  logId: 'Our number for it.',
});

export const WebhookLogListArgs = listArgs(WebhookLogFilter, WebhookLogSort);

@InputType({ description: 'Which errors. A list means any of these.' })
export class ErrorLogFilter {
  @Field(() => [String], { nullable: true, description: 'By class of error.' })
  errorType?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'By the process that noticed it.' })
  triggerSource?: string[] | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Happened at or after.' })
  occurredFrom?: Date | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Happened before.' })
  occurredBefore?: Date | null;
}

export const ErrorLogSort = sortInput('ErrorLog', {
  occurredAt: 'When it happened.',
  errorId: 'Our number for it.',
});

export const ErrorLogListArgs = listArgs(ErrorLogFilter, ErrorLogSort);
