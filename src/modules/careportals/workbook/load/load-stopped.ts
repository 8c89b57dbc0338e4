import { isAway, mysqlNumber, RetryLater } from '../../../../platform/database/transaction.ts';
import { BrokenXlsx } from '../../../../platform/xlsx/broken-xlsx.ts';
import { LostRace } from '../lost-race.ts';
import type { Batch } from './read-batches.ts';

/** A load ended before the last row. What it had written is whole, and the same command goes on from there. */
export class LoadStopped extends Error {
  constructor(why: string) {
    super(`${why} What was loaded so far is whole. Run it again: it goes on where it stopped.`);
    this.name = 'LoadStopped';
  }
}

/**
 * What MySQL says about a row names its values, and its statement holds them: neither may get into a log. Other errors
 * stay as they are.
 * @param batch what was being loaded, if it was that.
 */
export function stoppedByMysql(error: unknown, batch?: Pick<Batch, 'sheet' | 'lines'>): unknown {
  if (error instanceof BrokenXlsx) return error;
  if (error instanceof LostRace) return new LoadStopped(`Others keep changing the same rows${placeOf(batch)}.`);
  if (error instanceof RetryLater || isAway(error)) return new LoadStopped('The database is busy or away.');
  const number = mysqlNumber(error);
  if (number === 0) return error;
  return new LoadStopped(`MySQL refused what it was asked${placeOf(batch)}: error ${number}${nameOf(error)}.`);
}

function placeOf(batch: Pick<Batch, 'sheet' | 'lines'> | undefined): string {
  if (batch === undefined) return '';
  const { sheet, lines } = batch;
  const rows = lines.length === 0 ? '' : `, rows ${lines[0]?.row} to ${lines.at(-1)?.row}`;
  return ` with sheet "${sheet.name}"${rows}`;
}

function nameOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? ` (${code})` : '';
}
