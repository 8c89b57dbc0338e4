import type { WebhookRefusal } from '../../../../platform/inbox/inbox-source.ts';

/** What the inbox keeps of a name. */
const LONGEST_NAME = 100;
const NAME = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/i;

/** Spellings of one event that differ between the vendor's pages, workflows and old scripts. */
const SPELLINGS: Record<string, string> = {
  'order.canceled': 'order.cancelled',
  'subscription.canceled': 'subscription.cancelled',
  'subscription.upcoming.renewal': 'subscription.upcoming-renewal',
  'subscription.upcoming_renewal': 'subscription.upcoming-renewal',
  'subscription.renewal': 'subscription.upcoming-renewal',
};

const TRIGGERS = new Set([
  'created',
  'active',
  'paused',
  'cancelled',
  'canceled',
  'ended',
  'renewal',
  'upcoming-renewal',
]);
const EXTRAS = new Set(['created', 'updated', 'cancelled', 'canceled', 'status_updated']);

/** The event name given by an address: null if it gives none that is known here, so the body must be recognised. */
export type NamedEvent = { name: string | null } | WebhookRefusal;

/**
 * The event that the address names: the path's last part, else `?trigger=` (subscriptions) or `?extra=` (orders) of the
 * workflows that exist already. Any well-formed name in the path is an event, known or not.
 */
export function eventNameOf(path: string | null, query: Record<string, unknown>): NamedEvent {
  if (path !== null) {
    return isName(path) ? { name: spelled(path) } : { status: 404, error: 'The address names no event.' };
  }
  for (const parameter of ['trigger', 'extra']) {
    const value = query[parameter];
    if (value !== undefined && value !== '' && !isName(value)) {
      return { status: 400, error: `The parameter ${parameter} must be one short plain word.` };
    }
  }
  return { name: aliasOf(query.trigger, TRIGGERS, 'subscription') ?? aliasOf(query.extra, EXTRAS, 'order') };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_NAME && NAME.test(value);
}

function aliasOf(value: unknown, known: Set<string>, family: string): string | null {
  if (typeof value !== 'string' || !known.has(value.toLowerCase())) return null;
  return spelled(`${family}.${value}`);
}

function spelled(name: string): string {
  const lower = name.toLowerCase();
  return SPELLINGS[lower] ?? lower;
}
