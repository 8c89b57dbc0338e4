import { setTimeout as pause } from 'node:timers/promises';
import type { Orm } from '../../../../platform/database/connect.ts';
import { queryIn } from '../../../../platform/database/query.ts';
import { inTransaction, mysqlNumber, OutcomeUnknown, RetryLater } from '../../../../platform/database/transaction.ts';
import type { Tables, Tx } from '../../tables.ts';
import type { Finding } from '../finding.ts';
import { LostRace } from '../lost-race.ts';
import type { FindingsFile } from '../report/findings-file.ts';
import type { SheetName } from '../sheet.ts';
import type { Admitted, Context, Settled, Table } from '../table.ts';
import { halvesOf } from './halves-of.ts';
import type { ImportLock } from './import-lock.ts';
import { hasMark, saveMark } from './import-run.ts';
import type { KnownSoFar } from './known-so-far.ts';
import { LoadStopped, stoppedByMysql } from './load-stopped.ts';
import { lookAgain, type Seen } from './look-again.ts';
import { MOST_WAITS, patientQuery, WAIT_MS } from './patient-query.ts';
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
const DUPLICATE_KEY = 1062;

/** What a batch would do; nothing is written. @throws LoadStopped */
export async function tryBatch(loading: Loading, table: Table<unknown>, batch: Batch, tally: Tally): Promise<Loaded> {
  try {
    const settled = await table.settle(await patientQuery(loading.orm), loading.context, batch.lines);
    return { settled, tally: await counted(loading, batch, settled, tally, null) };
  } catch (error) {
    throw stoppedByMysql(error, batch);
  }
}

/**
 * Settles and writes a batch, with the mark of how far the run has come. A row whose key MySQL takes for that of another
 * row, which no looking up has shown, is found by halves and refused; without it the load would stop there each time.
 * @throws LoadStopped, AnotherImportRuns
 */
export async function writeBatch(loading: Loading, table: Table<unknown>, batch: Batch, tally: Tally): Promise<Loaded> {
  try {
    return await writeAtOnce(loading, table, batch, tally);
  } catch (error) {
    if (!(error instanceof KeyTaken)) throw error;
    return batch.lines.length > 1
      ? await writeHalves(loading, table, batch, tally)
      : await writeAtOnce(loading, refusing(batch.sheet.name), batch, tally);
  }
}

async function writeHalves(loading: Loading, table: Table<unknown>, batch: Batch, tally: Tally): Promise<Loaded> {
  const [first, second] = halvesOf(batch);
  const one = await writeBatch(loading, table, first, tally);
  learnFrom(loading, table, one);
  const other = await writeBatch(loading, table, second, one.tally);
  return { settled: [...one.settled, ...other.settled], tally: other.tally };
}

/** What the run knows from now on. */
export function learnFrom({ context }: Loading, table: Table<unknown>, { settled }: Loaded): void {
  context.known.learn(table.tells(settled.filter(({ did }) => did !== 'rejected')));
}

/** MySQL refuses a key (1062) whenever the batch is settled anew. */
class KeyTaken extends Error {}

type Writing = Pick<Table<unknown>, 'settle' | 'write'>;

/** Refuses the lines of this sheet. */
function refusing(sheet: SheetName): Writing {
  const findingAt = ({ tab, row }: Admitted<unknown>): Finding => {
    return { sheet, tab, row, column: null, rule: 'key-taken', was: null, became: null };
  };
  return {
    settle: async (_query, _context, lines) =>
      lines.map((line) => ({ ...line, did: 'rejected', findings: [findingAt(line)], differs: [] })),
    write: async () => undefined,
  };
}

/** In one transaction. Settles again if somebody else was faster with a key, and waits for a database that is away. */
async function writeAtOnce(loading: Loading, table: Writing, batch: Batch, tally: Tally): Promise<Loaded> {
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
      if (mysqlNumber(error) === DUPLICATE_KEY) throw new KeyTaken();
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

async function writeIn(tx: Tx, loading: Loading, table: Writing, batch: Batch, tally: Tally): Promise<Loaded> {
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
