import type { WebSocketLike } from '../../src/client/index.ts';

/** A socket without a network: the test plays the other side. */
export class PlayedSocket implements WebSocketLike {
  readyState = 0;
  onopen: ((event: never) => unknown) | null = null;
  onmessage: ((event: never) => unknown) | null = null;
  onerror: ((event: never) => unknown) | null = null;
  onclose: ((event: never) => unknown) | null = null;
  /** Types of the messages so far. */
  readonly sent: string[] = [];

  send(text: string): void {
    this.sent.push((JSON.parse(text) as { type: string }).type);
  }

  close(): void {
    this.readyState = 2;
  }

  /** Opens, and takes the token. */
  open(): void {
    this.readyState = 1;
    this.onopen?.({} as never);
    this.say({ type: 'connection_ack' });
  }

  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) } as never);
  }

  next(id: string, event: object): void {
    this.say({ id, type: 'next', payload: { data: { changed: event } } });
  }

  fail(): void {
    this.onerror?.({} as never);
  }

  lose(): void {
    this.readyState = 3;
    this.onclose?.({ code: 1006, reason: '' } as never);
  }
}
