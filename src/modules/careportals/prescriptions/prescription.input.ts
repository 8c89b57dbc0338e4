import { Field, ID, InputType } from 'type-graphql';
import { sortInput } from '../../../platform/graphql/connection.type.ts';
import { listArgs } from '../../../platform/graphql/list-args.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';

@InputType({ description: 'Which prescriptions.' })
export class PrescriptionFilter {
  @Field(() => ID, { nullable: true, description: 'By any CarePortals id the customer ever had.' })
  customerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Those that serve the order with this number.' })
  orderId?: string | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Written at or after.' })
  createdFrom?: Date | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'Written before.' })
  createdBefore?: Date | null;
}

export const PrescriptionSort = sortInput('Prescription', {
  createdAt: 'When it was written.',
  prescriptionId: 'The prescription id in CarePortals.',
  updatedAt: 'When CarePortals last told of it.',
});

export const PrescriptionListArgs = listArgs(PrescriptionFilter, PrescriptionSort);
