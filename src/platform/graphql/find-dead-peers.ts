import type { WebSocket, WebSocketServer } from 'ws';

/** Milliseconds between two pings. */
const PING_EVERY_MS = 10_000;
/** Pings without an answer after which a peer is dead. */
const DEAD_AFTER = 2;
/**
 * The same for one that has not taken what it was sent: its pings wait behind that. It may only be slow, and is owed a
 * GAP; what it costs is bounded.
 */
const SLOW_DEAD_AFTER = 30;

/** Pings every socket and cuts off those that are gone: within 30 s, if nothing waits for them. @returns what ends it. */
export function findDeadPeers(sockets: WebSocketServer): () => void {
  const unanswered = new WeakMap<WebSocket, number>();
  const answer = function (this: WebSocket) {
    unanswered.set(this, 0);
  };
  sockets.on('connection', (socket) => socket.on('pong', answer));
  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      const count = unanswered.get(socket) ?? 0;
      if (count >= (socket.bufferedAmount > 0 ? SLOW_DEAD_AFTER : DEAD_AFTER)) socket.terminate();
      else if (socket.readyState === socket.OPEN) {
        unanswered.set(socket, count + 1);
        socket.ping();
      }
    }
  }, PING_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
