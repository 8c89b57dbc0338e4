import { readSettings } from '../platform/config.ts';
import { type OpenDatabase, openDatabase } from '../startup.ts';
import { untilAskedToStop } from '../until-asked-to-stop.ts';

const INTERRUPTED = 130;

/**
 * Opens the database, does something with a workbook, and closes it. Ctrl-C aborts the signal.
 * @returns null if it was asked to stop before there was anything to tell; the exit code says so then.
 */
export async function onWorkbook<Result>(
  work: (database: OpenDatabase, signal: AbortSignal) => Promise<Result>,
): Promise<Result | null> {
  const stop = new AbortController();
  void untilAskedToStop().then(() => stop.abort());
  const database = await openDatabase(readSettings(process.env), (line) => process.stderr.write(`${line}\n`));
  try {
    return await work(database, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted || (error as Error).name !== 'AbortError') throw error;
    process.stderr.write('\nInterrupted before anything was written.\n');
    process.exitCode = INTERRUPTED;
    return null;
  } finally {
    await database.close();
  }
}

/** `june.xlsx` has its list in `june.import.jsonl`. */
export function listBeside(file: string, command: string): string {
  return `${file.replace(/\.xlsx$/i, '')}.${command}.jsonl`;
}
