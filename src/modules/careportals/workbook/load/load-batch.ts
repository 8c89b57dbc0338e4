import { setTimeout as pause } from 'node:timers/promises';
import type { Orm } from '../../../../platform/database/connect.ts';
import { plainQuery, queryIn } from '../../../../platform/database/query.ts';
import { inTransaction, mysqlNumber, OutcomeUnknown, RetryLater } from '../../../../platform/database/transaction.ts';
import type { Tables, Tx } from '../../tables.ts';
import type { Finding } from '../finding.ts';
import { LostRace } from '../lost-race.ts';
import type { FindingsFile } from '../report/findings-file.ts';
import type { Context, Settled, Table } from '../table.ts';
import type { ImportLock } from './import-lock.ts';
import { hasMark, saveMark } from './import-run.ts';
import type { KnownSoFar } from './known-so-far.ts';
import { LoadStopped, stoppedByMysql } from './load-stopped.ts';
import { lookAgain, type Seen } from './look-again.ts';
import type { Batch } from './read-batches.ts';
import { type Tally, withBatch } from './tally.ts';

/** What a batch is loaded with. */
export interface Loading {
  orm: Orm;
  context: Context & { known: KnownSoFar };
  list: FindingsFile | null;
  /** Null in a dry run. */
  lock: ImportLock | null;
}

export interface Loaded {
  settled: Settled<unknown>[];
  tally: Tally;
}

/** How often a batch is settled again because somebody else wrote one of its keys meanwhile. */
const MOST_RACES = 5;
const MOST_WAITS = 30;
const WAIT_MS = 1_000;
const DUPLICATE_KEY = 1062;

/** What a batch would do; nothing is written. @throws LoadStopped */
export async function tryBatch(loading: Loading, table: Table<unknown>, batch: Batch, tally: Tally): Promise<Loaded> {
  try {
    const settled = await table.settle(await plainQuery(loading.orm), loading.context, batch.lines);
    return { settled, tally: await counted(loading, batch, settled, tally, null) };
  } catch (error) {
    throw stoppedByMysql(error, batch);
  }
}

/**
 * Settles and writes a batch in one transaction, with the mark of how far the run has come. Settles again if somebody
 * else was faster with a key, and waits for a database that is busy or away.
 * @throws LoadStopped, AnotherImportRuns
 */
export async function writeBatch(loading: Loading, table: Table<unknown>, batch: Batch, tally: Tally): Promise<Loaded> {
  let races = 0;
  for (let waits = 0; ; ) {
    const attempt: { loaded?: Loaded } = {};
    try {
      return await inTransaction<Tables, Loaded>(loading.orm, async (tx) => {
        attempt.loaded = await writeIn(tx, loading, table, batch, tally);
        return attempt.loaded;
      });
    } catch (error) {
      if (isLostRace(error) && ++races < MOST_RACES) continue;
      if (!(error instanceof RetryLater) && !(error instanceof OutcomeUnknown)) throw stoppedByMysql(error, batch);
      if (++waits > MOST_WAITS) throw new LoadStopped('The database stayed busy or away for too long.');
      await pause(WAIT_MS);
      if (await isDoneAfterAll(loading, batch, error)) return attempt.loaded as Loaded;
    }
  }
}

function isLostRace(error: unknown): boolean {
  return error instanceof LostRace || mysqlNumber(error) === DUPLICATE_KEY;
}

async function writeIn(tx: Tx, loading: Loading, table: Table<unknown>, batch: Batch, tally: Tally): Promise<Loaded> {
  const settled = await table.settle(queryIn(tx), loading.context, batch.lines);
  await table.write(tx, loading.context, settled);
  const seen = await lookAgain(queryIn(tx), batch.sheet, settled);
  const next = await counted(loading, batch, settled, tally, seen);
  const mark = { sheet: batch.sheet.name, ordinal: batch.lastOrdinal };
  await saveMark(tx, loading.context.runId, mark, next);
  return { settled, tally: next };
}

/** After a lost connection: takes the lock again, and looks whether the COMMIT had got through. */
async function isDoneAfterAll({ orm, context, lock }: Loading, batch: Batch, error: unknown): Promise<boolean> {
  try {
    await lock?.renew();
    if (!(error instanceof OutcomeUnknown)) return false;
    return await hasMark(orm, context.runId, { sheet: batch.sheet.name, ordinal: batch.lastOrdinal });
  } catch (failure) {
    throw stoppedByMysql(failure, batch);
  }
}

/** Findings go to the list before the commit, at the place where this batch begins: doing it again writes over them. */
async function counted(
  { list }: Loading,
  batch: Batch,
  settled: readonly Settled<unknown>[],
  tally: Tally,
  seen: Seen | null,
): Promise<Tally> {
  const findings = findingsOf(batch, settled);
  const listBytes = list === null ? 0 : await list.writeAt(findings, tally.listBytes);
  return withBatch(tally, batch, settled, { findings, seen, listBytes });
}

/** In the order of rows. A row that the database made us refuse has that one finding and no other. */
export function findingsOf(batch: Batch, settled: readonly Settled<unknown>[]): Finding[] {
  const all = batch.dropped.map(({ ordinal, finding }) => ({ ordinal, findings: [finding] }));
  for (const { ordinal, did, findings } of settled) {
    const own = did === 'rejected' ? [] : (batch.findings.get(ordinal) ?? []);
    all.push({ ordinal, findings: [...own, ...findings] });
  }
  return all.sort((a, b) => a.ordinal - b.ordinal).flatMap(({ findings }) => findings);
}
