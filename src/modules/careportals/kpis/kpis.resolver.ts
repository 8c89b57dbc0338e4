import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { type Context, requireRole } from '../../../platform/context.ts';
import { CalendarDate, type Day } from '../../../platform/graphql/calendar-date.ts';
import { badUserInput } from '../../../platform/graphql/faults.ts';
import type { Live } from '../../../platform/live/live.ts';
import { Statements } from '../../../platform/read/plan/declare.ts';
import { products } from '../catalog/product.source.ts';
import { ProductType } from '../catalog/product.type.ts';
import { predicted, readCustomerValue } from './customer-value.ts';
import { type DayRange, momentOf, rangeBefore, rangeFrom } from './eastern-days.ts';
import { readFinance } from './finance-figures.ts';
import { KpiCustomerValue } from './kpi-customer-value.type.ts';
import { KpiFinance, KpiPoint } from './kpi-finance.type.ts';
import { KpiPatients, KpiTotals } from './kpi-patients.type.ts';
import { KpiProduct, KpiProducts } from './kpi-products.type.ts';
import { KpiRefunds } from './kpi-refunds.type.ts';
import { KpiStages } from './kpi-stages.type.ts';
import { KpiAdherence, KpiRecurring } from './kpi-subscriptions.type.ts';
import { KpiStep, Kpis, WeekStart } from './kpis.type.ts';
import { readPatients, readTotals } from './patient-figures.ts';
import { MOST_PRODUCTS, readProducts } from './product-figures.ts';
import { readRefunds } from './refund-figures.ts';
import { SharedResults } from './shared-results.ts';
import { readStages } from './stage-figures.ts';
import { MOST_STEPS, stepsOf } from './steps.ts';
import { readSubscriptionFigures } from './subscription-figures.ts';

/**
 * Points of a group: it reads far more rows than it brings. Some cost several times as much, about as they take longer.
 * All groups of a range and of the one before fit into an operation, but no group of 45 ranges.
 */
const COSTLY = 1_125;
const FROM = 'The first day, US Eastern.';
const TO = 'The day after the last one, US Eastern.';

/** One for all callers of an instance: figures are the same for everybody who may see them. */
const results = new WeakMap<Live, SharedResults>();

function shared<T>(context: Context, group: string, range: DayRange, read: () => Promise<T>) {
  const kept = results.get(context.live) ?? new SharedResults();
  results.set(context.live, kept);
  return kept.get(`${group} ${range.from} ${range.to}`, context.clock, read);
}

@Resolver(() => Kpis)
export class KpisResolver {
  @Statements(0)
  @Query(() => Kpis, {
    description:
      'Figures of the business over a range of US Eastern days, the first included, the last not (support, analyst, admin). Without dates: the last 30 days, today included.',
  })
  kpis(
    @Ctx() context: Context,
    @Arg('from', () => CalendarDate, { nullable: true, description: `${FROM} 30 days before \`to\` if not given.` })
    from?: Day | null,
    @Arg('to', () => CalendarDate, { nullable: true, description: `${TO} Tomorrow if not given.` }) to?: Day | null,
  ): DayRange {
    requireRole(context, 'support', 'analyst', 'admin');
    return rangeFrom(from, to, context.clock.now());
  }

  @Statements(6)
  @Query(() => [KpiPoint], {
    complexity: ({ childComplexity }) => COSTLY + MOST_STEPS * childComplexity,
    description:
      'Orders and money in steps of a day, a week or a month (support, analyst, admin). The first and last step are cut to the range.',
  })
  async kpiSeries(
    @Ctx() context: Context,
    @Arg('from', () => CalendarDate, { nullable: true, description: `${FROM} 30 days before \`to\` if not given.` })
    from?: Day | null,
    @Arg('to', () => CalendarDate, { nullable: true, description: `${TO} Tomorrow if not given.` }) to?: Day | null,
    @Arg('step', () => KpiStep, { defaultValue: KpiStep.DAY, description: 'How long a step is; 400 at most.' })
    step = KpiStep.DAY,
    @Arg('weekStart', () => WeekStart, { defaultValue: WeekStart.MONDAY, description: 'On which day weeks begin.' })
    weekStart = WeekStart.MONDAY,
  ): Promise<KpiPoint[]> {
    requireRole(context, 'support', 'analyst', 'admin');
    const range = rangeFrom(from, to, context.clock.now());
    const steps = stepsOf(range, step, weekStart);
    const { figures, asOf } = await shared(context, `series ${step} ${weekStart}`, range, async () => ({
      figures: await readFinance(context.query, steps),
    }));
    return steps.map((one, n) => ({ from: one.from, to: one.to, finance: { ...figures[n], asOf } as KpiFinance }));
  }

  @Statements(0)
  @FieldResolver(() => Kpis, { description: 'The same figures for the equally long time just before.' })
  previous(@Root() range: DayRange): DayRange {
    return rangeBefore(range);
  }

  @Statements(2)
  @FieldResolver(() => KpiTotals, { complexity: COSTLY, description: 'All there was by the end of the range.' })
  totals(@Root() range: DayRange, @Ctx() context: Context): Promise<KpiTotals> {
    return shared(context, 'totals', range, () => readTotals(context.query, range));
  }

  @Statements(6)
  @FieldResolver(() => KpiFinance, { complexity: COSTLY, description: 'Orders and money of the range.' })
  finance(@Root() range: DayRange, @Ctx() context: Context): Promise<KpiFinance> {
    return shared(context, 'finance', range, async () => only(await readFinance(context.query, [range])));
  }

  @Statements(4)
  @FieldResolver(() => KpiPatients, { complexity: 3 * COSTLY, description: 'Who is treated, and where.' })
  patients(@Root() range: DayRange, @Ctx() context: Context): Promise<KpiPatients> {
    const moment = momentOf(range, context.clock.now());
    return shared(context, 'patients', range, () => readPatients(context.query, range, moment));
  }

  @Statements(1)
  @FieldResolver(() => KpiRecurring, {
    complexity: COSTLY,
    description: 'What subscriptions bring, and how many leave.',
  })
  async recurring(@Root() range: DayRange, @Ctx() context: Context): Promise<KpiRecurring> {
    const { recurring, asOf } = await subscriptionFigures(context, range);
    return { ...recurring, asOf };
  }

  @Statements(1)
  @FieldResolver(() => KpiAdherence, { complexity: COSTLY, description: 'Whether subscriptions last.' })
  async adherence(@Root() range: DayRange, @Ctx() context: Context): Promise<KpiAdherence> {
    const { adherence, asOf } = await subscriptionFigures(context, range);
    return { ...adherence, asOf };
  }

  @Statements(2)
  @FieldResolver(() => KpiCustomerValue, { complexity: 4 * COSTLY, description: 'What a customer is worth.' })
  async customerValue(@Root() range: DayRange, @Ctx() context: Context): Promise<KpiCustomerValue> {
    const moment = momentOf(range, context.clock.now());
    const [{ recurring }, value] = await Promise.all([
      subscriptionFigures(context, range),
      shared(context, 'customerValue', range, () => readCustomerValue(context.query, moment)),
    ]);
    return { ...value, predictedLifetimeValue: predicted(value.monthlyRevenuePerCustomer, recurring.monthlyChurn) };
  }

  @Statements(2)
  @FieldResolver(() => KpiStages, { complexity: 6 * COSTLY, description: 'How long orders take.' })
  stages(@Root() range: DayRange, @Ctx() context: Context): Promise<KpiStages> {
    const moment = momentOf(range, context.clock.now());
    return shared(context, 'stages', range, () => readStages(context.query, range, moment));
  }

  @Statements(3)
  @FieldResolver(() => KpiProducts, { complexity: 2 * COSTLY, description: 'How products sell.' })
  products(@Root() range: DayRange, @Ctx() context: Context): Promise<KpiProducts> {
    const moment = momentOf(range, context.clock.now());
    return shared(context, 'products', range, () => readProducts(context.query, range, moment));
  }

  @Statements(3)
  @FieldResolver(() => KpiRefunds, { complexity: COSTLY, description: 'How much is given back, when and why.' })
  refunds(@Root() range: DayRange, @Ctx() context: Context): Promise<KpiRefunds> {
    return shared(context, 'refunds', range, () => readRefunds(context.query, range));
  }
}

@Resolver(() => KpiProducts)
export class KpiProductsResolver {
  @Statements(0)
  @FieldResolver(() => [KpiProduct], {
    complexity: ({ args, childComplexity }) =>
      1 + Math.min(Math.max(Number(args.first), 0), MOST_PRODUCTS) * childComplexity,
    description: 'The products that sold in the range; the most revenue first.',
  })
  top(
    @Root() { all }: KpiProducts,
    @Arg('first', () => Int, { defaultValue: 5, description: `How many; ${MOST_PRODUCTS} at most.` }) first: number,
  ): KpiProduct[] {
    if (first < 0 || first > MOST_PRODUCTS) throw badUserInput(`\`first\` must be from 0 to ${MOST_PRODUCTS}.`);
    return all.slice(0, first);
  }
}

@Resolver(() => KpiProduct)
export class KpiProductResolver {
  @FieldResolver(() => ProductType, { nullable: true, description: 'The product.' })
  product(@Root() { productId }: KpiProduct, @Ctx() { reader }: Context) {
    return reader.toOne(products, 'productId', productId);
  }
}

function subscriptionFigures(context: Context, range: DayRange) {
  const moment = momentOf(range, context.clock.now());
  return shared(context, 'subscriptions', range, () => readSubscriptionFigures(context.query, moment));
}

function only<T>([one]: T[]): T {
  if (one === undefined) throw new Error('One range has one set of figures.');
  return one;
}
