import type { SubscriptionPhase } from '../../subscriptions/subscription-phase.ts';
import { type Body, centsAt, textAt, valueAt } from './body.ts';
import { wholeNumber } from './clean.ts';
import { indicesBelow } from './indices-below.ts';

/** True subscriptions have four or five. */
const MOST_PHASES = 50;
const MOST_REQUIREMENTS = 20;

/**
 * What a body says of a subscription's phases, in their order; null if it says nothing usable of any. Numbers may be
 * text, also some of one list.
 */
export function readPhases(body: Body): SubscriptionPhase[] | null {
  valueAt(body, () => null, 'is not a list of phases', 'phases');
  const phases = indicesBelow(body, 'phases', MOST_PHASES).map((index) => phaseAt(body, `phases.${index}.`));
  return phases.some(saysSomething) ? phases : null;
}

function phaseAt(body: Body, prefix: string): SubscriptionPhase {
  return {
    price: centsAt(body, `${prefix}price`),
    cycles: countAt(body, `${prefix}cycles`),
    fillingInterval: countAt(body, `${prefix}fillingCycleInterval`),
    fillingUnit: valueAt(body, unit, 'is not a unit of time', `${prefix}fillingCycleUnit`),
    billableInterval: countAt(body, `${prefix}billableCycleInterval`),
    billingInterval: countAt(body, `${prefix}billingCycleInterval`),
    billingUnit: valueAt(body, unit, 'is not a unit of time', `${prefix}billingCycleUnit`),
    requirements: requirementsBelow(body, `${prefix}requirements`),
  };
}

function countAt(body: Body, path: string): number | null {
  return valueAt(body, count, 'is not a number of 0 or more', path);
}

function count(text: string): number | null {
  const number = wholeNumber(text);
  return number !== null && number >= 0 ? number : null;
}

function unit(text: string): string | null {
  return /^[a-z]{1,20}$/i.test(text) ? text.toLowerCase() : null;
}

function requirementsBelow(body: Body, path: string): string[] {
  return indicesBelow(body, path, MOST_REQUIREMENTS)
    .map((index) => textAt(body, `${path}.${index}.key`))
    .filter((key) => key !== null && /^[\w.-]{1,60}$/.test(key)) as string[];
}

function saysSomething({ requirements, ...values }: SubscriptionPhase): boolean {
  return requirements.length > 0 || Object.values(values).some((value) => value !== null);
}
