import { Field, ID, Int, ObjectType } from 'type-graphql';
import { connectionType, Node } from '../../../platform/graphql/connection.type.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';

@ObjectType('Prescription', { implements: Node, description: 'A prescription that CarePortals told of.' })
export class PrescriptionType extends Node {
  @Field(() => ID, { description: 'The prescription id in CarePortals.' })
  prescriptionId!: string;

  @Field(() => String, { nullable: true, description: 'What was noted on it.' })
  notes!: string | null;

  @Field(() => DateTimeISO, { description: 'When it was written, as far as known.' })
  createdAt!: string;

  @Field(() => DateTimeISO, { description: 'When CarePortals last told of it.' })
  updatedAt!: string;
}

export const PrescriptionConnection = connectionType(PrescriptionType, 'Prescription');

@ObjectType('PrescribedDrug', { description: 'A drug as it was prescribed; what is null was not said.' })
export class PrescribedDrugType {
  @Field(() => String, { nullable: true, description: 'What it is called.' })
  name!: string | null;

  @Field(() => String, { nullable: true, description: 'The number by which pharmacies know it.' })
  din!: string | null;

  @Field(() => String, { nullable: true, description: 'How much, in `unit`; a decimal number.' })
  quantity!: string | null;

  @Field(() => String, { nullable: true, description: 'The unit of quantity, e.g. `vial`.' })
  unit!: string | null;

  @Field(() => Int, { nullable: true, description: 'How often it may be filled again.' })
  refills!: number | null;

  @Field(() => String, { nullable: true, description: 'How to use it.' })
  notes!: string | null;
}

@ObjectType('PrescriptionFulfillment', { description: 'What a pharmacy did with a prescription once.' })
export class PrescriptionFulfillmentType {
  @Field(() => ID, { nullable: true, description: "The order's number, be the order known or not." })
  orderId!: string | null;

  @Field(() => String, { nullable: true, description: 'How far it came, as it was sent.' })
  status!: string | null;

  @Field(() => DateTimeISO, { nullable: true, description: 'When it was made.' })
  createdAt!: string | null;

  @Field(() => [String], { description: "The pharmacy's numbers for what it handed out." })
  transactionNumbers!: string[];
}
