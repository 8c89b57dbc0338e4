import type { Response } from 'express';
import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Outlet } from './outlet.ts';

/** Milliseconds after which a client is to come back when its stream ends, at the least and spread at random over. */
const COME_BACK_AFTER_MS = 1_000;
const SPREAD_MS = 2_000;
/** Milliseconds between two signs of life: proxies cut what is quiet for a minute. */
export const KEEP_ALIVE_MS = 10_000;
/** Signs of life without a byte taken after which a client that was sent more than it takes is cut off. */
const STALLED_AFTER = 30;
/** How long a client that does not read may hold up the end of its stream, in milliseconds. */
const LEAVE_WITHIN_MS = 2_000;

/** One operation's event stream. */
export class StreamOutlet implements Outlet {
  /** Resolves when nothing can be sent any more, whoever ended it. */
  readonly gone: Promise<void>;
  readonly #response: Response;
  readonly #shown: (error: GraphQLError) => GraphQLFormattedError;
  #written = 0;
  #taken = 0;
  #stalledTurns = 0;

  /** @param shown what the client may see of an error. */
  constructor(response: Response, shown: (error: GraphQLError) => GraphQLFormattedError) {
    this.#response = response;
    this.#shown = shown;
    this.gone = new Promise((resolve) => response.once('close', resolve));
    // A write that meets a broken connection: `gone` tells it.
    response.on('error', () => response.destroy());
  }

  /** Sends the head, if nothing was sent yet: who follows a live operation misses nothing from then on. */
  open(): void {
    if (this.#response.headersSent || this.#response.destroyed) return;
    this.#response.socket?.setKeepAlive(true, KEEP_ALIVE_MS);
    this.#response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' });
    // Some browsers and proxies hand nothing on before the first bytes. Clients that a server lost all at once are not
    // to come back all at once.
    this.#write(`retry: ${COME_BACK_AFTER_MS + Math.floor(Math.random() * SPREAD_MS)}\n\n`);
  }

  next(text: string, cursor: string): void {
    this.#write(eventOf(text, cursor));
  }

  /** An id without data is no event, and yet it is what a client comes back with. */
  reached(cursor: string): void {
    this.#write(`id: ${cursor}\n\n`);
  }

  /** Sends an answer without an id: nobody can go on from it. */
  answer({ errors, ...rest }: ExecutionResult): void {
    const shown = errors === undefined ? rest : { errors: errors.map(this.#shown), ...rest };
    this.#write(`event: next\ndata: ${JSON.stringify(shown)}\n\n`);
  }

  waiting(): number {
    return this.#response.writableLength;
  }

  /** Resolves when the client has taken what it was sent, or is gone. */
  async drained(): Promise<void> {
    if (!this.#response.writableNeedDrain) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#response.once('drain', resolve).once('close', resolve);
    await promise;
    this.#response.off('drain', resolve).off('close', resolve);
  }

  /** The one answer there is. */
  finish(result: ExecutionResult): void {
    this.answer(result);
    this.complete();
  }

  complete(): void {
    // An EventSource does not hear of an event without a data field.
    this.#write('event: complete\ndata:\n\n');
    this.#response.end();
  }

  fail(error: unknown): void {
    const named = error instanceof GraphQLError ? error : new GraphQLError('Broken', { originalError: error as Error });
    this.finish({ errors: [named] });
  }

  /** Ends the stream and not the operation: the client may come back. */
  leave(): Promise<void> {
    this.open();
    this.#response.end();
    const leftover = setTimeout(() => this.#response.destroy(), LEAVE_WITHIN_MS);
    return this.gone.then(() => clearTimeout(leftover));
  }

  /** To be called every KEEP_ALIVE_MS: shows that the stream is alive, or cuts off who has taken nothing for too long. */
  keepAlive(): void {
    const taken = this.#written - this.waiting();
    if (this.waiting() === 0) {
      this.#stalledTurns = 0;
      this.#write(':\n\n');
    } else if (taken > this.#taken) this.#stalledTurns = 0;
    else if (++this.#stalledTurns >= STALLED_AFTER) this.#response.destroy();
    this.#taken = taken;
  }

  #write(event: string | Buffer): void {
    this.open();
    if (this.#response.writableEnded || this.#response.destroyed) return;
    this.#written += event.length;
    this.#response.write(event);
  }
}

let last = { text: '', cursor: '', event: Buffer.alloc(0) };

/** One answer goes to many streams in a row, so it is made bytes once, and those that wait for slow clients share them. */
function eventOf(text: string, cursor: string): Buffer {
  if (text !== last.text || cursor !== last.cursor) {
    const event = Buffer.from(`event: next\nid: ${cursor}\ndata: ${text}\n\n`);
    last = { text, cursor, event };
  }
  return last.event;
}
