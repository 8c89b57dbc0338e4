import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Puts the processes that are measured on the first core and those that make the load on the others, as far as the
 * system has `taskset`; elsewhere it schedules them as it likes.
 */
export async function onOwnCores({ measured, load }: { measured: number[]; load: number[] }): Promise<void> {
  const cores = availableParallelism();
  if (cores < 2 || !(await hasTaskset())) return;
  await Promise.all([...measured.map((pid) => pin(pid, '0')), ...load.map((pid) => pin(pid, `1-${cores - 1}`))]);
}

/** For a process that goes on when the benchmark is over. */
export async function onAnyCore(pid: number): Promise<void> {
  if (await hasTaskset()) await pin(pid, `0-${availableParallelism() - 1}`);
}

async function hasTaskset(): Promise<boolean> {
  try {
    await run('taskset', ['--version']);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** All threads of the process. @throws if there is none of this number. */
async function pin(pid: number, cores: string): Promise<void> {
  await run('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)]);
}
