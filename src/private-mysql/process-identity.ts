import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process by number and start, because numbers are given out again. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own notation; only compared, never read. */
  readonly started: string;
}

/** The identity of a living process; undefined when there is none of that number (or only its zombie). */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = process.platform === 'linux' ? startedOnLinux(pid) : startedByPs(pid);
  return started === undefined ? undefined : { pid, started };
}

export function isAlive(one: ProcessIdentity): boolean {
  return identify(one.pid)?.started === one.started;
}

function startedOnLinux(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  // The second field is the program's name in brackets and may hold blanks; the third is the state, the 22nd the start.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

function startedByPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    if (line === '' || line.startsWith('Z')) return undefined;
    return line.replace(/^\S+\s+/, '').replaceAll(/\s+/g, '-');
  } catch (error) {
    // ps leaves with 1 when no process has this number.
    if ((error as { status?: number }).status === 1) return undefined;
    throw error;
  }
}
