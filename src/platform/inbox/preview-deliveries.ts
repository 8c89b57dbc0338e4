import { CompiledQuery, type Kysely } from 'kysely';
import { toInstant } from '../database/instant.ts';
import { type Query, queryIn } from '../database/query.ts';
import { isAway, mysqlNumber } from '../database/transaction.ts';
import { undone } from '../database/undone.ts';
import { causeOf } from './apply-delivery.ts';
import { type Handler, NotNow, type Outcome, type Subject } from './delivery.ts';
import { describeFailure } from './describe-failure.ts';
import { asDelivery, type DueDelivery, type DueRow } from './due-deliveries.ts';
import type { InboxTables } from './inbox-tables.ts';
import { handlerFor, type Processing } from './process-delivery.ts';
import { subjectRows } from './subject-rows.ts';
import { awaitedNames, waitName } from './unpark.ts';

/** Deliveries in one preview, those included that the asked for would wake: their locks are held all the while. */
const MOST_PREPARED = 100;

/** How long a preview waits for what other deliveries have taken, in milliseconds. */
const PATIENCE_MS = 10_000;

/** After these MySQL has given up the transaction or a statement of it that may yet succeed: all is tried again. */
const LOCKED = [1205, 1213];

/** What would become of a delivery; a failure in words that may be shown. */
export type Forecast = Outcome | { kind: 'failed'; subjects?: Subject[]; note: string };

export interface Tried {
  delivery: DueDelivery;
  forecast: Forecast;
}

export interface Preview<Seen> {
  /** In the order in which they were last tried. */
  tried: Tried[];
  /** What `look` saw without and with the effects. */
  before: Seen;
  after: Seen;
}

interface Prepared<Tables> {
  delivery: DueDelivery;
  handler: Handler<Tables>;
}

/**
 * Applies deliveries one after the other, and what waits for them, in a transaction that is rolled back. What must be
 * asked over the network is asked before it begins; so one that turns out to wait for another is prepared, and all is
 * tried anew.
 * @param look reads what the deliveries were applied to; called once with their effects and once without.
 * @throws RetryLater if others hold what they touch, or the database is away.
 */
export async function previewDeliveries<Tables, Seen>(
  processing: Processing<Tables>,
  query: Query,
  inboxIds: readonly string[],
  look: (query: Query, subjects: Subject[]) => Promise<Seen>,
): Promise<Preview<Seen>> {
  const asked = await prepare(processing, await load(query, inboxIds));
  const prepared = new Map(asked);
  for (;;) {
    const room = MOST_PREPARED - prepared.size;
    const run = await undone<Tables, Run<Seen>>(processing.orm, (tx) =>
      tryAll({ tx, processing, prepared, room }, [...asked.keys()], look),
    );
    if ('preview' in run) return run.preview;
    for (const [id, child] of await prepare(processing, run.unprepared)) prepared.set(id, child);
  }
}

type Run<Seen> = { preview: Preview<Seen> } | { unprepared: DueDelivery[] };

interface Trying<Tables> {
  tx: Kysely<Tables>;
  processing: Processing<Tables>;
  prepared: ReadonlyMap<string, Prepared<Tables>>;
  /** How many more may be prepared. */
  room: number;
}

async function tryAll<Tables, Seen>(
  trying: Trying<Tables>,
  inboxIds: readonly string[],
  look: (query: Query, subjects: Subject[]) => Promise<Seen>,
): Promise<Run<Seen>> {
  const { tx, room } = trying;
  const query = queryIn(tx);
  await run(tx, 'SAVEPOINT untouched');
  const { tried, unprepared } = await tryInTurn(trying, query, inboxIds);
  if (unprepared.length > 0 && room > 0) return { unprepared: unprepared.slice(0, room) };
  const subjects = tried.flatMap(({ forecast }) => forecast.subjects ?? []);
  const after = await look(query, subjects);
  // Keeps the locks, so nobody changes in between what is compared.
  await run(tx, 'ROLLBACK TO SAVEPOINT untouched');
  return { preview: { tried, before: await look(query, subjects), after } };
}

/** Each, and behind them what they wake; and what of that is not prepared yet. */
async function tryInTurn<Tables>(trying: Trying<Tables>, query: Query, inboxIds: readonly string[]) {
  const tried = new Map<string, Tried>();
  const unprepared = new Map<string, DueDelivery>();
  const queue = [...inboxIds];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const next = trying.prepared.get(id);
    // Woken twice, it is tried once.
    if (next === undefined || (tried.get(id)?.forecast.kind ?? 'parked') !== 'parked') continue;
    const forecast = await attempt(trying, next);
    // Anew, so that it stands where it was tried last.
    tried.delete(id);
    tried.set(id, { delivery: next.delivery, forecast });
    for (const woken of await wokenBy(query, forecast, tried)) {
      if (trying.prepared.has(woken.inboxId)) queue.push(woken.inboxId);
      else unprepared.set(woken.inboxId, woken);
    }
  }
  return { tried: [...tried.values()], unprepared: [...unprepared.values()] };
}

async function attempt<Tables>(
  { tx, processing }: Trying<Tables>,
  { delivery, handler }: Prepared<Tables>,
): Promise<Forecast> {
  await run(tx, 'SAVEPOINT attempt');
  try {
    const outcome = await handler(tx, delivery, causeOf(delivery, toInstant(processing.clock.now())));
    await noteSubjects(tx, delivery, outcome.subjects ?? []);
    return outcome;
  } catch (error) {
    if (isAway(error) || LOCKED.includes(mysqlNumber(error))) throw error;
    await run(tx, 'ROLLBACK TO SAVEPOINT attempt');
    return { kind: 'failed', note: describeFailure(error) };
  }
}

/** As the worker does: those that are tried after it may ask what it was applied to. */
async function noteSubjects<Tables>(tx: Kysely<Tables>, { inboxId }: DueDelivery, subjects: Subject[]): Promise<void> {
  // The tables of the inbox and the handler's are in one schema; neither needs to know the other's.
  for (const rows of subjectRows(tx as unknown as Kysely<InboxTables>, inboxId, subjects)) {
    await tx.executeQuery(rows);
  }
}

/** What waits for what this one brings: in the inbox, or since it was tried a moment ago. */
async function wokenBy(query: Query, forecast: Forecast, tried: ReadonlyMap<string, Tried>): Promise<DueDelivery[]> {
  const names = 'unparks' in forecast ? (forecast.unparks ?? []).map(waitName) : [];
  if (names.length === 0) return [];
  const justNow = [...tried.values()].filter(
    ({ forecast }) => forecast.kind === 'parked' && awaitedNames(forecast).some((name) => names.includes(name)),
  );
  const waiting = "status = 'parked' AND (waiting_for IN (?) OR or_waiting_for IN (?))";
  const inInbox = await select(query, waiting, names, names);
  const fresh = inInbox.filter(({ inboxId }) => !tried.has(inboxId));
  return [...justNow.map(({ delivery }) => delivery), ...fresh];
}

async function load(query: Query, inboxIds: readonly string[]): Promise<DueDelivery[]> {
  return inboxIds.length === 0 ? [] : select(query, 'inbox_id IN (?)', inboxIds);
}

async function select(query: Query, where: string, ...lists: (readonly string[])[]): Promise<DueDelivery[]> {
  const rows = await query<DueRow>(
    `SELECT inbox_id, public_id, source_system, event_type, event_id, payload, attempts, attempts_before_replay,
      received_at FROM webhook_inbox WHERE ${where}`,
    lists,
  );
  // Sorted here: MySQL cannot sort rows that are longer than its buffer, 256 kB by default (1038).
  return rows.sort(inOrderOfReceipt).map(asDelivery);
}

function inOrderOfReceipt(a: DueRow, b: DueRow): number {
  if (a.received_at !== b.received_at) return a.received_at < b.received_at ? -1 : 1;
  return Number(BigInt(a.inbox_id) - BigInt(b.inbox_id));
}

/** Before the transaction. What fails here fails the delivery, not the preview. */
async function prepare<Tables>(
  { sources }: Processing<Tables>,
  deliveries: DueDelivery[],
): Promise<Map<string, Prepared<Tables>>> {
  const prepared = deliveries.map(async (delivery): Promise<[string, Prepared<Tables>]> => {
    const handler = await patiently(() => handlerFor(sources, delivery)).catch((error: unknown) =>
      failing<Tables>(error),
    );
    return [delivery.inboxId, { delivery, handler }];
  });
  return new Map(await Promise.all(prepared));
}

/** Nobody else's slot is taken here, so what would be put off is waited for, a while. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof NotNow) || performance.now() + error.afterMs > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, error.afterMs));
    }
  }
}

function failing<Tables>(error: unknown): Handler<Tables> {
  return () => Promise.reject(error);
}

async function run<Tables>(tx: Kysely<Tables>, sql: string): Promise<void> {
  await tx.executeQuery(CompiledQuery.raw(sql));
}
