import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { BadSettings, readSettings } from '../platform/config.ts';
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

/** Writing a list or a page over the workbook would be the end of it. @throws BadSettings naming the two that are one. */
export async function refuseOnePlace(paths: Record<string, string | undefined>): Promise<void> {
  const seen = new Map<string, string>();
  for (const [name, path] of Object.entries(paths)) {
    if (path === undefined) continue;
    const place = await realpath(path).catch(() => resolve(path));
    const other = seen.get(place);
    if (other !== undefined) throw new BadSettings(`${other} and ${name} are the same file: give another to ${name}.`);
    seen.set(place, name);
  }
}

/** `june.xlsx` has its list in `june.import.jsonl`. */
export function listBeside(file: string, command: string): string {
  return `${file.replace(/\.xlsx$/i, '')}.${command}.jsonl`;
}
