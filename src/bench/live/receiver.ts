import { randomBytes, randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { CLOSE, clientFrame, FrameReader, PING, PONG, TEXT } from './web-socket-frames.ts';

/** Who is told of what a receiver gets. */
export interface Listener {
  /** Whether the next message is to be seen whole. */
  wantsText(): boolean;
  /** @param text null unless it was wanted. */
  onMessage(receiver: Receiver, bytes: number, text: string | null): void;
  /** The connection is of no use any more. */
  onBroken(error: Error): void;
}

/** All reads go here: each is over before the next begins. */
const SHARED = Buffer.alloc(256 * 1_024);
const SWITCHING = 'HTTP/1.1 101 ';
const END_OF_HEAD = '\r\n\r\n';

/** One client of graphql-transport-ws on a bare TCP socket, with one operation at a time. */
export class Receiver {
  /** Position among those that were opened together. */
  readonly number: number;
  /** The id of its operation; as long as those of the usual clients. */
  operation = randomUUID();
  readonly #socket: Socket;
  readonly #listener: Listener;
  readonly #frames: FrameReader;
  readonly #greeting = Promise.withResolvers<void>();
  #state: 'upgrading' | 'greeting' | 'open' | 'ended' = 'upgrading';

  private constructor(number: number, url: URL, listener: Listener) {
    this.number = number;
    this.#listener = listener;
    this.#frames = new FrameReader(
      () => this.#state !== 'open' || listener.wantsText(),
      (opcode, bytes, payload) => this.#onFrame(opcode, bytes, payload),
    );
    const onread = { buffer: SHARED, callback: (bytes: number) => this.#read(SHARED.subarray(0, bytes)) };
    this.#socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true, onread });
    this.#socket.on('error', (error) => this.#broken(error));
    this.#socket.on('close', () => this.#broken(new Error('The server closed a connection.')));
  }

  /** Resolves when the server has let it in. */
  static async open(number: number, url: URL, token: string, listener: Listener): Promise<Receiver> {
    const receiver = new Receiver(number, url, listener);
    receiver.#socket.write(upgradeRequest(url));
    receiver.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    await receiver.#greeting.promise;
    return receiver;
  }

  send(message: object): void {
    this.#socket.write(clientFrame(TEXT, JSON.stringify(message)));
  }

  /** Ends the operation before, if there is one, and begins another. */
  subscribe(query: string, variables: object): void {
    this.send({ type: 'complete', id: this.operation });
    this.operation = randomUUID();
    this.send({ type: 'subscribe', id: this.operation, payload: { query, variables } });
  }

  /** Reads no more. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#state = 'ended';
    this.#socket.destroy();
  }

  /** @returns that it wants to go on reading. */
  #read(chunk: Buffer): true {
    this.#frames.read(this.#state === 'upgrading' ? this.#afterHead(chunk) : chunk);
    return true;
  }

  /** The answer to the upgrade is written in one piece, and is so small that it comes in one. */
  #afterHead(chunk: Buffer): Buffer {
    const end = chunk.indexOf(END_OF_HEAD);
    if (end < 0 || !chunk.toString('latin1', 0, SWITCHING.length).startsWith(SWITCHING)) {
      this.#broken(new Error(`The server does not switch to WebSocket: ${chunk.toString('latin1')}`));
      return chunk.subarray(0, 0);
    }
    this.#state = 'greeting';
    return chunk.subarray(end + END_OF_HEAD.length);
  }

  #onFrame(opcode: number, bytes: number, payload: Buffer | null): void {
    if (opcode === PING) this.#socket.write(clientFrame(PONG, payload ?? ''));
    if (opcode === CLOSE) this.#broken(new Error('The server closed a socket.'));
    if (opcode !== TEXT) return;
    if (this.#state === 'open') this.#listener.onMessage(this, bytes, payload?.toString() ?? null);
    else this.#welcome(payload?.toString() ?? '');
  }

  #welcome(message: string): void {
    if (message.includes('"connection_ack"')) {
      this.#state = 'open';
      this.#greeting.resolve();
    } else this.#broken(new Error(`The server does not greet: ${message}`));
  }

  #broken(error: Error): void {
    if (this.#state === 'ended') return;
    this.close();
    this.#greeting.reject(error);
    this.#listener.onBroken(error);
  }
}

function upgradeRequest({ host }: URL): string {
  const lines = [
    'GET /graphql HTTP/1.1',
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Protocol: graphql-transport-ws',
  ];
  return `${lines.join('\r\n')}${END_OF_HEAD}`;
}
