import type { Measured } from './benchmark.ts';
import { inTurn, latencyOf, onSchedule } from './pace.ts';

/** What a load process is asked for. */
export type LoadRound = { clients: number } & (
  | { milliseconds: number }
  /** Operations begin on a schedule, whatever became of those before. */
  | { milliseconds: number; perSecond: number }
  | { operations: number }
);

export type LoadAnswer = Measured | { failed: string };

export interface Load {
  /** Makes ready what is not to be measured. */
  prepare?(round: LoadRound): void | Promise<void>;
  /** One operation of client number `client`; rejects if it did not go as it should. */
  act(client: number): Promise<void>;
}

/**
 * The inside of a load process: for each round that the parent asks for, so many clients act until the time is over.
 * Ends when the parent disconnects, or is gone.
 */
export function serveRounds(load: Load): void {
  process.on('message', (round: LoadRound) => {
    measure(round, load).then(answer, (error: unknown) => answer({ failed: (error as Error).stack ?? String(error) }));
  });
  process.once('disconnect', () => process.exit(0));
}

function answer(answer: LoadAnswer): void {
  process.send?.(answer);
}

async function measure(round: LoadRound, { prepare, act }: Load): Promise<Measured> {
  await prepare?.(round);
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const times = 'perSecond' in round ? await onSchedule(round, act) : await inTurn(round, act);
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { operations: times.length, seconds, cpuMs: (user + system) / 1_000, latency: latencyOf(times) };
}
