import type { RunningServer } from '../server-process.ts';
import type { Stand } from '../stand.ts';
import { type Audience, StatusWriter, TOPICS } from './live-events.ts';
import { Receivers } from './receivers.ts';

const EVENTS = 500;
/** Growth that is none, and rounds after which it is accepted. */
const STILL_BYTES = 2_000_000;
const ROUNDS_AT_MOST = 8;

/**
 * Has a fresh server work for a few clients until its memory stands still. Else its code and the young generation of
 * its heap, which take more than a hundred megabytes whatever it does first, would count as what comes after.
 */
export async function warmUp({ admin }: Stand, server: RunningServer): Promise<void> {
  const writer = await StatusWriter.open(admin);
  const audience: Audience = { sockets: TOPICS, wanting: 'all' };
  const receivers = await Receivers.open(server, audience.sockets);
  await receivers.listen(audience, (numbers) => writer.write(numbers));
  let grown = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS_AT_MOST && grown > STILL_BYTES; round++) {
    const before = await server.memoryBytes();
    receivers.begin();
    await writer.write(Array.from({ length: EVENTS }, (_, number) => number));
    await receivers.until(EVENTS * audience.sockets);
    grown = (await server.memoryBytes()) - before;
  }
  receivers.stop();
}
