import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');

/** Programs started from source halve their start-up with a cache of what was compiled. */
const ENVIRONMENT = { ...process.env, NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'test-processes') };

/** Temporary folders of one test file, with one initialised data folder to copy. */
export class Folders {
  #base = '';

  async open(): Promise<void> {
    this.#base = await mkdtemp(join(tmpdir(), 'cp-pm-'));
    await cp(inject('dataFolder'), this.at('template'), { recursive: true });
  }

  at(name: string): string {
    return join(this.#base, name);
  }

  async initialised(name: string): Promise<string> {
    await cp(this.at('template'), this.at(name), { recursive: true });
    return this.at(name);
  }

  /** Ends what a failed test left running before deleting its files. */
  async close(): Promise<void> {
    for (const { pid } of processesOf(this.#base)) process.kill(pid, 'SIGKILL');
    await rm(this.#base, { recursive: true, maxRetries: 5, retryDelay: 100 });
  }
}

export interface Ready {
  readonly owned: boolean;
  readonly pid: number;
  readonly port: number;
  readonly socketPath: string;
  readonly origin: string;
}

export interface Owner {
  readonly child: ChildProcess;
  readonly ready: Ready;
  /** What it printed so far. */
  readonly lines: string[];
  /** Resolves when it has ended and all it printed is in `lines`. */
  readonly ended: Promise<unknown>;
}

/** Starts a process that opens the folder's MySQL, in a process group of its own as under a terminal. */
export async function startOwner(dataDir: string, kind = ''): Promise<Owner> {
  const program = join(import.meta.dirname, 'owner-process.ts');
  const child = spawn(process.execPath, [program, dataDir, kind], {
    detached: true,
    env: ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout });
  output.on('line', (line) => lines.push(line));
  const ended = once(child, 'close');
  await Promise.race([once(output, 'line'), ended]);
  return { child, ready: JSON.parse(lines[0] ?? 'null') as Ready, lines, ended };
}

/** Runs one of our commands; its exit code is part of what it says. */
export async function command(name: string, dataDir: string, ...rest: string[]) {
  const program = join(ROOT, 'src', 'commands', `${name}.ts`);
  const child = spawn(process.execPath, [program, ...rest], {
    env: { ...ENVIRONMENT, CAREPORTALS_DATA_DIR: dataDir, DATABASE_URL: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const collected = { stdout: '', stderr: '' };
  child.stdout.on('data', (part) => {
    collected.stdout += part;
  });
  child.stderr.on('data', (part) => {
    collected.stderr += part;
  });
  const [code] = await once(child, 'close');
  return { ...collected, code: code as number };
}

/** The living processes, our own aside, whose command line names the path. */
export function processesOf(path: string): { pid: number; line: string }[] {
  const all = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  const found = all.map((row) => /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(row)).filter((row) => row !== null);
  return found
    .filter(([, pid, state, line]) => Number(pid) !== process.pid && !state?.startsWith('Z') && line?.includes(path))
    .map(([, pid, , line]) => ({ pid: Number(pid), line: line ?? '' }));
}

/** Waits for a condition that another process brings about; fails by throwing. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries += 1) {
    if (tries > 300) throw new Error(`${what} did not come about within a minute`);
    await sleep(200);
  }
}
