import type { Socket } from 'node:net';
import type { ExecutionResult } from 'graphql';
import type { WebSocket } from 'ws';
import { holdBack, letGoIfFull } from './bursts.ts';
import { nextFrame } from './next-frame.ts';
import type { Outlet } from './outlet.ts';

/** What ws keeps and does not show. */
interface Inner {
  _socket: Socket;
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
    letGoIfFull(socket);
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
