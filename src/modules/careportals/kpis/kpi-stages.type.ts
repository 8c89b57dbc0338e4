import { Field, ObjectType } from 'type-graphql';
import { KpiGroup, KpiHours, KpiRatio } from './kpi-figures.type.ts';

const WINDOW =
  'Of the orders placed in the 60 days before the end of the range that have come the whole way (awaiting_script, awaiting_shipment and shipped, each at the first time it was told). Mean; no slow order is left out. Coverage: those orders of all placed in the 60 days.';

@ObjectType({
  implements: KpiGroup,
  description: 'How long orders take, by their history. Nothing is read from when records were made or changed here.',
})
export class KpiStages extends KpiGroup {
  @Field(() => KpiHours, { description: `From the purchase to awaiting_script. ${WINDOW}` })
  purchaseToScript!: KpiHours;

  @Field(() => KpiHours, { description: `From awaiting_script to awaiting_shipment. ${WINDOW}` })
  scriptToShipment!: KpiHours;

  @Field(() => KpiHours, { description: `From awaiting_shipment to shipped. ${WINDOW}` })
  shipmentToShipped!: KpiHours;

  @Field(() => KpiHours, { description: `From the purchase to shipped. ${WINDOW}` })
  purchaseToShipped!: KpiHours;

  @Field(() => KpiHours, {
    description:
      'Of the orders placed in the range that were shipped: hours from the purchase to the first shipped, whole minutes, median (half of them took at most that long). Below 24 excellent, below 48 good. Coverage: shipped orders of all placed in the range.',
  })
  medianHoursToShip!: KpiHours;

  @Field(() => KpiHours, { description: 'The same, what nine of ten orders took at most (90th percentile).' })
  p90HoursToShip!: KpiHours;

  @Field(() => KpiRatio, {
    description:
      'Of the orders placed in the range with one of the four core stages in their history (awaiting_requirements, awaiting_script, awaiting_shipment, shipped): those that were at an earlier stage after a later one.',
  })
  wentBack!: KpiRatio;
}
