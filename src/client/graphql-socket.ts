/** What is needed of a WebSocket: the browser's, Node's own and that of the package `ws` all have it. */
export interface WebSocketLike {
  readonly readyState: number;
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: never) => unknown) | null;
  onerror: ((event: never) => unknown) | null;
  onclose: ((event: never) => unknown) | null;
  send(text: string): void;
  close(code?: number): void;
}

export type WebSocketClass = new (url: string, protocol: string) => WebSocketLike;

/** An error as GraphQL writes it. */
export interface GraphError {
  message: string;
  path?: readonly (string | number)[];
  extensions?: { code?: string; [name: string]: unknown };
}

export interface Answer {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphError[];
}

/** Who is told what a socket brings. */
export interface SocketListener {
  /** The server took the token: subscribe now. */
  onReady(): void;
  onAnswer(answer: Answer): void;
  /** The server did not begin the operation, or gave it up. */
  onErrors(errors: readonly GraphError[]): void;
  onComplete(): void;
  /** It is over; nothing comes after this. 1006 also if nothing was heard for too long. */
  onEnd(code: number, reason: string): void;
}

/** How often a silent server is asked whether it is there; found dead after two of these, in milliseconds. */
const ASK_EVERY_MS = 10_000;
/** As WebSocket.OPEN. */
const OPEN = 1;
const LOST = 1006;
const NOT_OUR_PROTOCOL = 1002;

/**
 * One socket of graphql-transport-ws with one operation at a time. It is written out here, since graphql-ws's client
 * takes 1011 for final, comes back after 1000 at once and for ever, and leaves it to its user to find a server dead.
 */
export class GraphqlSocket {
  readonly #socket: WebSocketLike;
  readonly #listener: SocketListener;
  readonly #clock: ReturnType<typeof setInterval>;
  #begun = 0;
  /** Number of the operation whose answers are wanted. */
  #current: string | null = null;
  #heard = true;
  #over = false;

  /** @throws SyntaxError if the address is none. */
  constructor(Socket: WebSocketClass, url: string, token: string, listener: SocketListener) {
    this.#listener = listener;
    this.#socket = new Socket(url, 'graphql-transport-ws');
    this.#socket.onopen = () => this.#send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    this.#socket.onmessage = ({ data }: { data: unknown }) => this.#hear(String(data));
    this.#socket.onclose = ({ code, reason }: { code: number; reason: string }) => this.#end(code, reason);
    // An error means 1006 everywhere, and in Node 22 no close follows it.
    this.#socket.onerror = () => this.#end(LOST, 'no connection');
    this.#clock = setInterval(() => this.#ask(), ASK_EVERY_MS);
  }

  /** Begins an operation, in place of the one before. */
  subscribe(payload: { query: string; variables: Record<string, unknown> }): void {
    this.leave();
    this.#begun += 1;
    this.#current = String(this.#begun);
    this.#send({ id: this.#current, type: 'subscribe', payload });
  }

  /** Ends the operation, if there is one; the socket stays. Nothing of it is told any more. */
  leave(): void {
    if (this.#current !== null) this.#send({ id: this.#current, type: 'complete' });
    this.#current = null;
  }

  /** Ends all; onEnd is not called. */
  close(): void {
    this.#over = true;
    clearInterval(this.#clock);
    // The handlers stay, since `ws` throws errors that nobody listens to.
    this.#socket.close(1000);
  }

  #end(code: number, reason: string): void {
    if (this.#over) return;
    this.close();
    this.#listener.onEnd(code, reason);
  }

  /** Also ends what never opens. */
  #ask(): void {
    if (!this.#heard) this.#end(LOST, 'silence');
    this.#heard = false;
    this.#send({ type: 'ping' });
  }

  #send(message: object): void {
    if (this.#socket.readyState === OPEN) this.#socket.send(JSON.stringify(message));
  }

  #hear(text: string): void {
    if (this.#over) return;
    this.#heard = true;
    const message = readMessage(text);
    if (message === null) this.#end(NOT_OUR_PROTOCOL, 'not graphql-transport-ws');
    else if (message.type === 'connection_ack') this.#listener.onReady();
    else if (message.type === 'ping') this.#send({ type: 'pong' });
    else if (message.id === this.#current) this.#hearOfOperation(message);
  }

  #hearOfOperation(message: Message): void {
    if (message.type === 'next') this.#listener.onAnswer(message.payload);
    else if (message.type === 'error') this.#listener.onErrors(message.payload);
    else this.#listener.onComplete();
  }
}

type Message = { id?: string } & (
  | { type: 'connection_ack' | 'ping' | 'pong' | 'complete' }
  | { type: 'next'; payload: Answer }
  | { type: 'error'; payload: GraphError[] }
);

function readMessage(text: string): Message | null {
  try {
    return JSON.parse(text) as Message;
  } catch {
    return null;
  }
}
