import { handleCareportalsDelivery } from '../../../../src/modules/careportals/intake/careportals/handle-careportals-delivery.ts';
import type { Tables } from '../../../../src/modules/careportals/tables.ts';
import type { Orm } from '../../../../src/platform/database/connect.ts';
import { inTransaction } from '../../../../src/platform/database/transaction.ts';
import type { Outcome } from '../../../../src/platform/inbox/delivery.ts';
import { awaitedNames } from '../../../../src/platform/inbox/unpark.ts';
import { type Body, fresh, RECEIVED } from './deliver.ts';

/** What CarePortals sends: the event's name and the body. */
export interface Event {
  name: string;
  body: Body;
}

let correlation = 0;

/** One delivery, as the inbox applies it: its id stays the same when it is tried again. */
export function deliveryOf(orm: Orm, { name, body }: Event) {
  const correlationId = `delivery-${++correlation}`;
  let attempt = 0;
  return (beforeCommit: () => Promise<void> = async () => undefined): Promise<Outcome> => {
    attempt++;
    const common = {
      inboxId: String(body._id ?? correlationId),
      sourceSystem: 'careportals',
      eventId: null,
      receivedAt: RECEIVED,
    };
    const delivery = { ...common, eventType: name, payload: body, attempt };
    const cause = {
      actor: 'careportals',
      actorRole: 'system',
      source: 'webhook',
      correlationId,
      at: RECEIVED,
    } as const;
    return inTransaction<Tables, Outcome>(orm, async (tx) => {
      const outcome = await handleCareportalsDelivery(tx, delivery, cause);
      await beforeCommit();
      return outcome;
    });
  };
}

type Attempt = ReturnType<typeof deliveryOf>;

/** Applies them in this order; what is parked comes again when it is unparked. */
export async function deliverAll(orm: Orm, events: Event[]): Promise<void> {
  const parked = new Map<Attempt, string[]>();
  const attempt = async (one: Attempt): Promise<void> => {
    const outcome = await one();
    if (outcome.kind === 'parked') return void parked.set(one, awaitedNames(outcome));
    parked.delete(one);
    const unparked = outcome.kind === 'done' ? (outcome.unparks ?? []) : [];
    for (const [other, names] of [...parked]) {
      if (names.some((name) => unparked.includes(name))) await attempt(other);
    }
  };
  for (const event of events) await attempt(deliveryOf(orm, event));
}

/** Ids of one run's own: `a1` and `a2` are Ann's in CarePortals, `b1` is Bob's. */
export interface Run {
  id(name: string): string;
  email(person: string): string;
}

export function newRun(): Run {
  const run = fresh();
  const id = (name: string) => Buffer.from(`${run}-${name}`).toString('hex').padStart(24, '0').slice(-24);
  return { id, email: (person) => `${person}.${run}@example.org` };
}

/** The n-th day of the tests' month, as CarePortals writes it. */
export const day = (n: number) => `2026-01-0${n}T10:00:00.000Z`;
