import { isAway, mysqlNumber, RetryLater } from '../../../../platform/database/transaction.ts';
import { BrokenXlsx } from '../../../../platform/xlsx/broken-xlsx.ts';
import { LostRace } from '../lost-race.ts';
import type { Batch } from './read-batches.ts';

const GOES_ON = 'What was loaded so far is whole. Run it again: it goes on where it stopped.';

/** A load, a comparison or an export ended before the last row. What a load had written is whole. */
export class LoadStopped extends Error {
  /** @param stands what is left of the work, and what to do: of a load, that the same command goes on from there. */
  constructor(why: string, stands = GOES_ON) {
    super(`${why} ${stands}`);
    this.name = 'LoadStopped';
  }
}

/**
 * What MySQL says about a row names its values, and its statement holds them: neither may get into a log. Other errors
 * stay as they are.
 * @param batch what was being loaded, if it was that.
 * @param stands what is left of the work, as `LoadStopped` has it.
 */
export function stoppedByMysql(error: unknown, batch?: Pick<Batch, 'sheet' | 'lines'>, stands?: string): unknown {
  if (error instanceof BrokenXlsx) return error;
  if (error instanceof LostRace) return new LoadStopped(`Others keep changing the same rows${placeOf(batch)}.`, stands);
  if (error instanceof RetryLater || isAway(error)) return new LoadStopped('The database is busy or away.', stands);
  const number = mysqlNumber(error);
  if (number === 0) return error;
  return new LoadStopped(`MySQL refused what it was asked${placeOf(batch)}: error ${number}${nameOf(error)}.`, stands);
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
