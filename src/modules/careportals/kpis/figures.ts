import {
  type KpiAmount,
  type KpiCount,
  KpiCoverage,
  type KpiHours,
  KpiQuality,
  type KpiRatio,
} from './kpi-figures.type.ts';

/** The quality of a value; null where no bands are known. */
type Rate<T> = (value: T) => KpiQuality | null;

const unrated = () => null;

export function count(value: number, coverage = new KpiCoverage(value, value), rate: Rate<number> = unrated): KpiCount {
  return { value, coverage, quality: rate(value) };
}

/** @param value null: there is nothing to make it from. */
export function amount(value: bigint | null, coverage: KpiCoverage, rate: Rate<bigint> = unrated): KpiAmount {
  return { value, coverage, quality: value === null ? KpiQuality.NO_DATA : rate(value) };
}

/** @param part of `whole`; over a whole of 0 there is no value. */
export function ratio(
  part: number | bigint,
  whole: number | bigint,
  coverage: KpiCoverage,
  rate: Rate<number> = unrated,
): KpiRatio {
  const value = Number(whole) === 0 ? null : Number(part) / Number(whole);
  return { value, coverage, quality: value === null ? KpiQuality.NO_DATA : rate(value) };
}

export function hours(value: number | null, coverage: KpiCoverage, rate: Rate<number> = unrated): KpiHours {
  return { value, coverage, quality: value === null ? KpiQuality.NO_DATA : rate(value) };
}

/** Bands from above: the first whose least value is reached. */
export function atLeast(...bands: [least: number, quality: KpiQuality][]): Rate<number> {
  return (value) => bands.find(([least]) => value >= least)?.[1] ?? KpiQuality.LOW;
}

/** Bands from below: the first that the value stays under. */
export function below(...bands: [limit: number, quality: KpiQuality][]): Rate<number> {
  return (value) => bands.find(([limit]) => value < limit)?.[1] ?? KpiQuality.NEEDS_IMPROVEMENT;
}
