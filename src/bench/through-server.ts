import type { Measured } from './benchmark.ts';
import type { RunningServer } from './server-process.ts';

/** What a load measured, with the CPU that the server used meanwhile instead of the load's own. */
export async function throughServer<Answer extends Measured>(
  server: Pick<RunningServer, 'cpuMs'>,
  load: () => Promise<Answer>,
): Promise<Answer> {
  const before = await server.cpuMs();
  const measured = await load();
  return { ...measured, cpuMs: (await server.cpuMs()) - before };
}
