import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  status: number;
  /** Of the body. */
  text: string;
}

/** A server closes a connection that rests, and this one would write into the closing; so it begins anew before. */
const RESTS_AT_MOST_MS = 1_000;

/**
 * One kept-alive HTTP/1.1 connection, one request at a time. Node's own client costs as much CPU as a tenth of what is
 * measured, on the same cores; this does no more than a load needs: answers must name their Content-Length.
 */
export class HttpLine {
  readonly #url: URL;
  #socket: Socket | null = null;
  #usedAt = 0;
  #received = '';
  #waiting: { resolve(answer: HttpAnswer): void; reject(error: Error): void } | null = null;

  constructor(url: URL) {
    this.#url = url;
  }

  /** @param head the request's first line and headers, without Content-Length. */
  send(head: string, body: string): Promise<HttpAnswer> {
    const rested = performance.now() - this.#usedAt;
    const socket = this.#socket === null || rested > RESTS_AT_MOST_MS ? this.#open() : this.#socket;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      socket.write(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
  }

  #open(): Socket {
    this.#socket?.destroy();
    // latin1 keeps a byte a character, as Content-Length counts them.
    const socket = connect(Number(this.#url.port), this.#url.hostname).setNoDelay().setEncoding('latin1');
    const fail = (error: Error) => socket === this.#socket && this.#waiting?.reject(error);
    socket.on('data', (chunk: string) => this.#receive(chunk));
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('The server closed the connection.')));
    this.#socket = socket;
    return socket;
  }

  #receive(chunk: string): void {
    this.#received += chunk;
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.#received.slice(0, headEnd);
    const length = /^content-length: (\d+)/im.exec(head)?.[1];
    if (length === undefined) this.#waiting?.reject(new Error(`An answer without Content-Length: ${head}`));
    const end = headEnd + 4 + Number(length);
    if (this.#received.length < end) return;
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
    const text = Buffer.from(this.#received.slice(headEnd + 4, end), 'latin1').toString();
    this.#received = this.#received.slice(end);
    this.#usedAt = performance.now();
    this.#waiting?.resolve({ status, text });
  }
}
