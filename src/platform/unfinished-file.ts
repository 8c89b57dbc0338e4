import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const ours = new Set<string>();

/**
 * The name of a file until it is whole: `PATH.PROCESS-RANDOM.ENDING`, beside its place. Those of the same place whose
 * process was killed are removed, for they may hold what nobody else should find.
 *
 * @throws as readdir does, if the folder is not there
 */
export async function unfinishedFile(path: string, ending: string): Promise<string> {
  await removeAbandoned(path, ending);
  const unfinished = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.${ending}`;
  ours.add(unfinished);
  return unfinished;
}

async function removeAbandoned(path: string, ending: string): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    const pid = writerOf(name, `${basename(path)}.`, `.${ending}`);
    const file = join(dirname(path), name);
    if (pid !== null && isGone(pid, `${path}${name.slice(basename(path).length)}`)) await rm(file, { force: true });
  }
}

function writerOf(name: string, begins: string, ends: string): number | null {
  if (!name.startsWith(begins) || !name.endsWith(ends)) return null;
  const writer = /^(\d+)-[0-9a-f]{8}$/.exec(name.slice(begins.length, -ends.length));
  return writer === null ? null : Number(writer[1]);
}

/** Containers give the same numbers again, so one of this number may be of a process that had it before. */
function isGone(pid: number, unfinished: string): boolean {
  if (pid === process.pid) return !ours.has(unfinished);
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
