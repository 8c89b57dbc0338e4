import type { Instant } from '../../../platform/database/instant.ts';
import type { Changes } from './audit-hash.ts';

/** What a sentence is made of; nothing in it is anybody's own words. */
export interface ToldChange {
  triggerType: string;
  effect: string;
  actorRole: string;
  source: string;
  changes: Changes | null;
}

/** What happened, in one sentence in plain English. Days are UTC days. */
export function sentenceOf(change: ToldChange): string {
  const said = change.source === 'webhook' ? ofTheEmr(change) : ofOurs(change);
  return `${said}.`;
}

function ofTheEmr({ triggerType, effect, changes }: ToldChange): string {
  const who = triggerType === 'renewal' ? 'A renewal notice of CarePortals' : 'CarePortals';
  const news = newsOf(changes);
  switch (effect) {
    case 'created':
      return join(`${who} told of it for the first time`, news);
    case 'stale':
      return join(`${who} told what was older than what is known`, news, 'nothing was changed');
    case 'emr_override':
      return join(`${who} overruled what was done here`, news);
    case 'correction':
      return join(`${who} corrected it`, news);
    case 'unchanged':
      return `${who} told nothing new`;
    default:
      return join(`${who} changed it`, news);
  }
}

function ofOurs(change: ToldChange): string {
  if (change.source === 'import') return ofTheWorkbook(change);
  if (isDue(change)) return byItself(change);
  const deed = DEEDS[change.triggerType];
  const who = whoOf(change);
  const done =
    deed === undefined ? join(`${who} changed it`, newsOf(change.changes)) : `${who} ${deed(change.changes ?? {})}`;
  return change.source === 'job' ? `${done}, in bulk` : done;
}

function ofTheWorkbook({ effect, changes }: ToldChange): string {
  const news = newsOf(changes);
  if (effect === 'imported') return "An import added it from the workbook's log; nothing was changed";
  if (effect === 'created') return join('An import brought it', news);
  return join('An import changed it', news, 'nothing that is shown');
}

/** Whether it was scheduled and fell due; what is done in bulk is a job too, in somebody's name. */
export function isDue({ source, actorRole }: Pick<ToldChange, 'source' | 'actorRole'>): boolean {
  return source === 'job' && actorRole === 'system';
}

function byItself({ triggerType, changes }: ToldChange): string {
  if (triggerType === 'cancel') return 'It was cancelled by itself, as scheduled';
  return join('It resumed by itself, as scheduled', nextCycle(changes));
}

const WHO: Record<string, string> = { customer: 'The customer', support: 'Support', admin: 'An admin' };

function whoOf({ actorRole }: ToldChange): string {
  return WHO[actorRole] ?? `The ${actorRole}`;
}

/** By trigger type, what was done. An entry from before changes were kept tells no details. */
const DEEDS: Record<string, (changes: Changes) => string> = {
  pause: (changes) => `paused it${dayAfter(changes, 'scheduledAt', ' until ')}`,
  resume: (changes) =>
    isPlan(changes)
      ? `chose the day on which it resumes${dayAfter(changes, 'scheduledAt', ': ')}`
      : join('resumed it', nextCycle(changes)),
  cancel: (changes) =>
    isPlan(changes) ? `set it to be cancelled${dayAfter(changes, 'scheduledAt', ' on ')}` : 'cancelled it',
  undo_scheduled_change: (changes) => `called off what was scheduled${dayBefore(changes, 'scheduledAt', ' for ')}`,
  reactivate: () => 'took it back after it was cancelled',
  reschedule: (changes) =>
    `moved the next cycle${dayBefore(changes, 'nextCycleDate', ' from ')}${dayAfter(changes, 'nextCycleDate', ' to ')}`,
  skip: (changes) => join(`left out the cycle${dayBefore(changes, 'nextCycleDate', ' of ')}`, nextCycle(changes)),
  unskip: (changes) => join('took the last skip back', nextCycle(changes)),
  swap_product: () => 'put another product in place of the present one',
  advance_cycle: ({ cycle }) => (cycle === undefined ? 'began the next cycle' : `began cycle ${cycle[1]}`),
};

function isPlan(changes: Changes): boolean {
  return changes.status === undefined && changes.scheduledAt !== undefined && changes.scheduledAt[1] !== null;
}

function dayAfter(changes: Changes, field: string, lead: string): string {
  return day(changes[field]?.[1], lead);
}

function dayBefore(changes: Changes, field: string, lead: string): string {
  return day(changes[field]?.[0], lead);
}

function day(instant: unknown, lead: string): string {
  return typeof instant === 'string' ? `${lead}${(instant as Instant).slice(0, 10)}` : '';
}

function nextCycle(changes: Changes | null): string[] {
  return changes?.nextCycleDate === undefined ? [] : [NEWS.nextCycleDate?.(changes.nextCycleDate) ?? ''];
}

/** By field, what is known of it now. Ids stay out of it: the changes beside the sentence hold them. */
const NEWS: Record<string, (change: [unknown, unknown]) => string> = {
  status: ([, status]) => `it is ${status}`,
  cycle: ([before, cycle]) => `it is in cycle ${cycle}${before === null ? '' : ` and not ${before}`}`,
  customerId: ([before, after]) => whichOne('customer', before, after),
  productId: ([before, after]) => whichOne('product', before, after),
  nextCycleDate: ([, after]) =>
    after === null ? 'no next cycle is known' : `the next cycle begins${day(after, ' on ')}`,
  scheduledAt: ([, after]) =>
    after === null ? 'nothing is scheduled any more' : `a change is scheduled${day(after, ' for ')}`,
  phases: ([before]) => (before === null ? 'its prices and intervals are known' : 'it has other prices or intervals'),
  createdAt: ([, after]) => `it was subscribed to${day(after, ' on ')}`,
};

function whichOne(thing: string, before: unknown, after: unknown): string {
  if (after === null) return `its ${thing} is not known any more`;
  return before === null ? `its ${thing} is known` : `it has another ${thing}`;
}

function newsOf(changes: Changes | null): string[] {
  return Object.entries(changes ?? {}).flatMap(([field, change]) => NEWS[field]?.(change) ?? []);
}

/** `what happened: this, that and more`; with no news, what is said instead. */
function join(happened: string, news: readonly string[], otherwise?: string): string {
  const all = news.length === 0 && otherwise !== undefined ? [otherwise] : news;
  if (all.length === 0) return happened;
  const last = all.at(-1);
  return `${happened}: ${all.length === 1 ? last : `${all.slice(0, -1).join(', ')} and ${last}`}`;
}
