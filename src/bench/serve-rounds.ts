/** What a load process is asked for. */
export interface LoadRound {
  clients: number;
  milliseconds: number;
}

export type LoadAnswer = { operations: number; seconds: number; cpuMs: number } | { failed: string };

/**
 * The inside of a load process: for each round that the parent asks for, so many clients act one operation after the
 * other until the time is over. Ends when the parent disconnects, or is gone.
 * @param act one operation of client number `client`; rejects if it did not go as it should.
 */
export function serveRounds(act: (client: number) => Promise<void>): void {
  process.on('message', (round: LoadRound) => {
    measure(round, act).then(answer, (error: unknown) => answer({ failed: (error as Error).stack ?? String(error) }));
  });
  process.once('disconnect', () => process.exit(0));
}

function answer(answer: LoadAnswer): void {
  process.send?.(answer);
}

async function measure(
  { clients, milliseconds }: LoadRound,
  act: (client: number) => Promise<void>,
): Promise<LoadAnswer> {
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const counts = await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      let done = 0;
      for (; performance.now() - startedAt < milliseconds; done++) await act(client);
      return done;
    }),
  );
  const { user, system } = process.cpuUsage(cpuBefore);
  const operations = counts.reduce((sum, count) => sum + count, 0);
  return { operations, seconds: (performance.now() - startedAt) / 1_000, cpuMs: (user + system) / 1_000 };
}
