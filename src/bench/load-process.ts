import { fork } from 'node:child_process';
import type { Measured } from './benchmark.ts';
import type { LoadAnswer, LoadRound } from './serve-rounds.ts';

/** A process that makes load in rounds. */
export interface LoadProcess {
  run(round: LoadRound): Promise<Measured>;
  stop(): Promise<void>;
}

/** How long a round may take beyond its length, in milliseconds; one of a number of operations in all. */
const PATIENCE_MS = 60_000;

/** @param program a compiled file that calls serveRounds; @param settings what it is given to start with. */
export function startLoad(program: URL, settings: object): LoadProcess {
  const child = fork(program, [JSON.stringify(settings)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const run = (round: LoadRound) =>
    new Promise<Measured>((resolve, reject) => {
      const stuck = setTimeout(
        () => reject(new Error(`${program.pathname} is stuck.`)),
        PATIENCE_MS + ('milliseconds' in round ? round.milliseconds : 0),
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
