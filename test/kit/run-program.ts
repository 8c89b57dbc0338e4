import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const PROJECT = join(import.meta.dirname, '..', '..');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Program {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves with all of stdout when it first matches; rejects if the program ends before. */
  says(pattern: RegExp): Promise<string>;
}

/** Code of the packages as V8 compiled it for another program: a sixth of what a start costs. */
export const COMPILE_CACHE = { NODE_COMPILE_CACHE: join(PROJECT, 'node_modules', '.cache', 'test-programs') };

/** Runs `src/run.ts NAME …` as npm does, with this environment added. */
export function runProgram(name: string, args: string[], environment: Record<string, string>): Program {
  const child = spawn(process.execPath, ['src/run.ts', name, ...args], {
    cwd: PROJECT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...COMPILE_CACHE, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  const says = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => pattern.test(stdout) && resolve(stdout);
      child.stdout.on('data', look);
      look();
      void ended.then(() => reject(new Error(`it ended without saying ${pattern}:\n${stderr}`)));
    });
  return { child, ended, says };
}

/** `npm run bench`, which makes its MySQL in this folder. */
export function runBench(folder: string, ...args: string[]) {
  const mysqld = process.env.CAREPORTALS_MYSQLD;
  return runProgram('commands/bench', args, {
    TMPDIR: folder,
    ...(mysqld === undefined ? {} : { CAREPORTALS_MYSQLD: mysqld }),
  });
}
