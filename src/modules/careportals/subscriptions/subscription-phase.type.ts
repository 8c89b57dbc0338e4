import { Field, Int, ObjectType } from 'type-graphql';
import type { SubscriptionPhase } from './subscription-phase.ts';

@ObjectType('SubscriptionPhase', {
  description:
    'A stretch of cycles at one price. Phases follow each other in the order of the list; what is null was not said.',
})
export class SubscriptionPhaseType {
  @Field(() => Int, { nullable: true, description: 'What a cycle of it costs, in cents.' })
  price!: number | null;

  @Field(() => Int, { nullable: true, description: 'How many cycles it has; null if it has no end, or if unknown.' })
  cycles!: number | null;

  @Field(() => Boolean, { description: 'Whether it goes on until the subscription is over.' })
  isOpenEnded!: boolean;

  @Field(() => Int, { nullable: true, description: 'An order every so many units.' })
  fillingInterval!: number | null;

  @Field(() => String, { nullable: true, description: 'The unit of fillingInterval: `month`, `week`.' })
  fillingUnit!: string | null;

  @Field(() => Int, { nullable: true, description: 'Every so many orders are charged at once.' })
  billableInterval!: number | null;

  @Field(() => Int, { nullable: true, description: 'A charge every so many units.' })
  billingInterval!: number | null;

  @Field(() => String, { nullable: true, description: 'The unit of billingInterval: `month`, `week`.' })
  billingUnit!: string | null;

  @Field(() => [String], { description: 'Questionnaires that a cycle of it needs, e.g. `wlusmonthly`.' })
  requirements!: string[];
}

/** A stored phase as the graph shows it. */
export function shownPhase(phase: SubscriptionPhase): SubscriptionPhaseType {
  const isOpenEnded = phase.cycles === 0;
  return { ...phase, isOpenEnded, cycles: isOpenEnded ? null : phase.cycles };
}
