import type { Socket } from 'node:net';
import type { ExecutionResult } from 'graphql';
import type { WebSocket } from 'ws';
import { nextFrame } from './next-frame.ts';
import type { Outlet } from './outlet.ts';

/** What ws keeps and does not show. */
interface Inner {
  _socket: Socket;
}

/** Bytes of a burst that go out at once: held back bytes look like those that a client does not take. */
const MOST_HELD_BACK = 65_536;

/** Sockets that wait for the end of the burst. */
let heldBack: Socket[] = [];

/** Events that are answered together go to a socket in one call of the system, which is most of what they cost. */
function holdBack(socket: Socket): void {
  if (socket.writableCorked > 0) return;
  socket.cork();
  // It runs when all that is ready now is written, and before anything else.
  if (heldBack.push(socket) === 1) process.nextTick(letGo);
}

function letGo(): void {
  const sockets = heldBack;
  heldBack = [];
  for (const socket of sockets) socket.uncork();
}

/**
 * One operation on a socket. Its answers are written past graphql-ws and past ws's own sender: an answer that many get
 * is made text, and a frame, once. The sender has no queue of its own as long as nothing is compressed, so both keep
 * their order.
 */
export class SocketOutlet implements Outlet {
  readonly #socket: WebSocket;
  /** Its JSON in UTF-8. */
  readonly #id: Buffer;
  readonly #ended = Promise.withResolvers<IteratorResult<ExecutionResult>>();

  constructor(socket: WebSocket, id: string) {
    this.#socket = socket;
    this.#id = Buffer.from(JSON.stringify(id));
  }

  next(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const { _socket: socket } = this.#socket as unknown as Inner;
    holdBack(socket);
    for (const part of nextFrame(text, this.#id)) socket.write(part);
    if (socket.writableLength > MOST_HELD_BACK) socket.uncork();
  }

  /** Sockets have no place for a cursor without an event. */
  reached(): void {}

  waiting(): number {
    return this.#socket.bufferedAmount;
  }

  complete(): void {
    this.#ended.resolve({ value: undefined, done: true });
  }

  fail(error: unknown): void {
    this.#ended.reject(error);
  }

  /** For graphql-ws: nothing comes out of it, it ends when the operation does, and leaves when the client does. */
  untilEnded(leave: () => void): AsyncIterableIterator<ExecutionResult> {
    return {
      next: () => this.#ended.promise,
      return: async () => {
        leave();
        this.complete();
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
