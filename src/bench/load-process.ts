import { fork } from 'node:child_process';
import type { LoadAnswer, LoadRound } from './serve-rounds.ts';

/** A process that makes load in rounds. */
export interface LoadProcess {
  run(round: LoadRound): Promise<{ operations: number; seconds: number; cpuMs: number }>;
  stop(): Promise<void>;
}

/** How long a round may take beyond its length, in milliseconds. */
const PATIENCE_MS = 20_000;

/** @param program a compiled file that calls serveRounds; @param settings what it is given to start with. */
export function startLoad(program: URL, settings: object): LoadProcess {
  const child = fork(program, [JSON.stringify(settings)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const run = (round: LoadRound) =>
    new Promise<Extract<LoadAnswer, { seconds: number }>>((resolve, reject) => {
      const stuck = setTimeout(
        () => reject(new Error(`${program.pathname} is stuck.`)),
        round.milliseconds + PATIENCE_MS,
      );
      child.once('message', (answer: LoadAnswer) => {
        clearTimeout(stuck);
        if ('failed' in answer) reject(new Error(answer.failed));
        else resolve(answer);
      });
      void ended.then(() => {
        clearTimeout(stuck);
        reject(new Error(`${program.pathname} ended in the middle of a round.`));
      });
      child.send(round);
    });
  const stop = () => {
    if (child.connected) child.disconnect();
    return ended;
  };
  return { run, stop };
}
