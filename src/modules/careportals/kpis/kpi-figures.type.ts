import { Field, Float, Int, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';
import { Cents } from '../../../platform/graphql/cents.ts';
import { DateTimeISO } from '../../../platform/graphql/scalars.ts';

export enum KpiQuality {
  EXCELLENT = 'EXCELLENT',
  GOOD = 'GOOD',
  NEEDS_IMPROVEMENT = 'NEEDS_IMPROVEMENT',
  LOW = 'LOW',
  NO_DATA = 'NO_DATA',
}

registerEnumType(KpiQuality, {
  name: 'KpiQuality',
  description: 'How a figure is to be taken, by the bands that its description names.',
  valuesConfig: {
    EXCELLENT: { description: 'In the best band.' },
    GOOD: { description: 'In the second band, or as it should be where there is only one.' },
    NEEDS_IMPROVEMENT: { description: 'Below the good bands.' },
    LOW: { description: 'In the worst band, or too few to mean much.' },
    NO_DATA: { description: 'Nothing to make the figure from.' },
  },
});

@ObjectType({ description: 'What a figure rests on.' })
export class KpiCoverage {
  @Field(() => Int, { description: 'How many rows had what the figure needs.' })
  rows: number;

  @Field(() => Int, { description: 'How many there were to look at.' })
  outOf: number;

  @Field(() => Float, { nullable: true, description: 'rows / outOf, from 0 to 1; null if there were none.' })
  share: number | null;

  constructor(rows: number, outOf: number) {
    this.rows = rows;
    this.outOf = outOf;
    this.share = outOf === 0 ? null : rows / outOf;
  }
}

const QUALITY = 'By the bands that the field names; null where it names none.';

@ObjectType({ description: 'A number of things.' })
export class KpiCount {
  @Field(() => Int, { description: 'How many.' })
  value!: number;

  @Field(() => KpiCoverage, { description: 'What it rests on.' })
  coverage!: KpiCoverage;

  @Field(() => KpiQuality, { nullable: true, description: QUALITY })
  quality!: KpiQuality | null;
}

@ObjectType({ description: 'A sum or a mean of money.' })
export class KpiAmount {
  @Field(() => Cents, {
    nullable: true,
    description: 'In cents, rounded once at the end. A sum of nothing is 0; a quotient or a mean of nothing is null.',
  })
  value!: bigint | null;

  @Field(() => KpiCoverage, { description: 'What it rests on.' })
  coverage!: KpiCoverage;

  @Field(() => KpiQuality, { nullable: true, description: QUALITY })
  quality!: KpiQuality | null;
}

@ObjectType({ description: 'A part of something.' })
export class KpiRatio {
  @Field(() => Float, {
    nullable: true,
    description: 'From 0 to 1 (0.05 is five percent); null where there is nothing to divide by.',
  })
  value!: number | null;

  @Field(() => KpiCoverage, { description: 'What it rests on.' })
  coverage!: KpiCoverage;

  @Field(() => KpiQuality, { nullable: true, description: QUALITY })
  quality!: KpiQuality | null;
}

@ObjectType({ description: 'A length of time.' })
export class KpiHours {
  @Field(() => Float, { nullable: true, description: 'In hours; null where there is nothing to take the mean of.' })
  value!: number | null;

  @Field(() => KpiCoverage, { description: 'What it rests on.' })
  coverage!: KpiCoverage;

  @Field(() => KpiQuality, { nullable: true, description: QUALITY })
  quality!: KpiQuality | null;
}

/** What every group of figures tells of itself. */
@InterfaceType({ description: 'Figures that are read together.' })
export abstract class KpiGroup {
  @Field(() => DateTimeISO, {
    description: 'When these figures were read. All who ask share them for a minute, slow ones for some minutes.',
  })
  asOf!: Date;
}
