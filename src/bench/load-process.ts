import { fork } from 'node:child_process';
import type { Measured } from './benchmark.ts';
import type { LoadRound } from './serve-rounds.ts';

/** A process that makes load in rounds. */
export interface LoadProcess<Round extends object = LoadRound, Answer extends object = Measured> {
  pid: number;
  run(round: Round): Promise<Answer>;
  stop(): Promise<void>;
}

/** How long a round may take beyond its length, in milliseconds; one of a number of operations in all. */
const PATIENCE_MS = 60_000;

/** @param program a compiled file that calls serveRounds; @param settings what it is given to start with. */
export function startLoad<Round extends object = LoadRound, Answer extends object = Measured>(
  program: URL,
  settings: object,
): LoadProcess<Round, Answer> {
  const child = fork(program, [JSON.stringify(settings)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const run = (round: Round) =>
    new Promise<Answer>((resolve, reject) => {
      const stuck = setTimeout(
        () => reject(new Error(`${program.pathname} is stuck.`)),
        PATIENCE_MS + ('milliseconds' in round ? Number(round.milliseconds) : 0),
      );
      child.once('message', (answer: Answer | { failed: string }) => {
        clearTimeout(stuck);
        if ('failed' in answer) reject(new Error(answer.failed));
        else resolve(answer);
      });
      void ended.then(() => {
        clearTimeout(stuck);
        reject(new Error(`${program.pathname} ended in the middle of a round.`));
      });
      // Without a callback a process that has been stopped meanwhile would be an error that nobody can catch.
      child.send(round, (error) => error !== null && reject(error));
    });
  const stop = () => {
    if (child.connected) child.disconnect();
    return ended;
  };
  return { pid: child.pid ?? 0, run, stop };
}
