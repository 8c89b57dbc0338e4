import type { Socket } from 'node:net';
import { setImmediate as otherThings } from 'node:timers/promises';

/** Messages that are made at a stretch; then whatever else the process has to do has its turn. */
const MADE_AT_A_STRETCH = 8_000;
/** How long sockets are written at a stretch, in milliseconds, and how many between two looks at the time. */
const WRITE_FOR_MS = 10;
const LOOK_EVERY = 64;
/** Bytes that are held back of one socket: they look like those that its client does not take. */
const MOST_HELD_BACK = 8_192;

/** Sockets that wait for their turn to be written. */
let heldBack: Socket[] = [];
let made = 0;

/**
 * What is written to the socket from now on goes out in its turn. Calls of the system are most of what messages cost:
 * when there are more than can be written at once, those that come while a socket waits go out in the same call.
 */
export function holdBack(socket: Socket): void {
  if (socket.writableCorked > 0) return;
  socket.cork();
  // It runs when all that is ready now is written, and before anything else.
  if (heldBack.push(socket) === 1) process.nextTick(letGo);
}

/** Holds no more back than is worth it. */
export function letGoIfFull(socket: Socket): void {
  if (socket.writableLength > MOST_HELD_BACK) socket.uncork();
}

/** To be awaited after so many messages: many events for thousands of clients are seconds of sending. */
export async function breatheAfter(messages: number): Promise<void> {
  made += messages;
  if (made < MADE_AT_A_STRETCH) return;
  made = 0;
  await otherThings();
}

function letGo(): void {
  const until = performance.now() + WRITE_FOR_MS;
  const sockets = heldBack;
  heldBack = [];
  for (const [i, socket] of sockets.entries()) {
    socket.uncork();
    if (i % LOOK_EVERY !== LOOK_EVERY - 1 || performance.now() < until) continue;
    heldBack = sockets.slice(i + 1);
    if (heldBack.length > 0) setImmediate(letGo);
    return;
  }
}
