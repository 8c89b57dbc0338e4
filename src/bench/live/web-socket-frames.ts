/** What is told of a frame; `payload` is null for one that nobody wanted to see. */
type OnFrame = (opcode: number, length: number, payload: Buffer | null) => void;

export const TEXT = 1;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

const HEADER_AT_MOST = 10;

/**
 * Counts the frames that a server sends and keeps the payload only of those that are wanted, so that a receiver costs
 * little more than the system calls that read its socket.
 */
export class FrameReader {
  readonly #onFrame: OnFrame;
  readonly #isWanted: () => boolean;
  readonly #header = Buffer.alloc(HEADER_AT_MOST);
  #headerBytes = 0;
  #length = 0;
  /** Bytes of the payload that are still to come; -1 before the header is whole. */
  #left = -1;
  #pieces: Buffer[] | null = null;

  /** @param isWanted asked at the beginning of each frame: whether its payload is to be kept. */
  constructor(isWanted: () => boolean, onFrame: OnFrame) {
    this.#isWanted = isWanted;
    this.#onFrame = onFrame;
  }

  /** @param chunk may be used again by its owner as soon as this returns. */
  read(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      at = this.#left === -1 ? this.#readHeader(chunk, at) : this.#readPayload(chunk, at);
      if (this.#left === 0) this.#finish();
    }
  }

  #readHeader(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length && this.#headerBytes < this.#headerLength()) {
      this.#header[this.#headerBytes++] = chunk[at++] ?? 0;
    }
    if (this.#headerBytes === this.#headerLength()) {
      this.#length = this.#payloadLength();
      this.#left = this.#length;
      this.#pieces = this.#isWanted() ? [] : null;
    }
    return at;
  }

  #readPayload(chunk: Buffer, from: number): number {
    const end = Math.min(chunk.length, from + this.#left);
    this.#pieces?.push(Buffer.from(chunk.subarray(from, end)));
    this.#left -= end - from;
    return end;
  }

  #finish(): void {
    const payload = this.#pieces === null ? null : Buffer.concat(this.#pieces);
    this.#headerBytes = 0;
    this.#left = -1;
    this.#pieces = null;
    this.#onFrame((this.#header[0] ?? 0) & 0x0f, this.#length, payload);
  }

  #headerLength(): number {
    const short = this.#headerBytes < 2 ? 0 : (this.#header[1] ?? 0) & 0x7f;
    if (short === 127) return HEADER_AT_MOST;
    return short === 126 ? 4 : 2;
  }

  #payloadLength(): number {
    const short = (this.#header[1] ?? 0) & 0x7f;
    if (short === 127) return Number(this.#header.readBigUInt64BE(2));
    return short === 126 ? this.#header.readUInt16BE(2) : short;
  }
}

/** A frame as clients send it. The mask is zero, which is one that leaves the payload as it is. */
export function clientFrame(opcode: number, payload: string | Buffer): Buffer {
  const bytes = Buffer.from(payload);
  const length =
    bytes.length < 126
      ? Buffer.from([bytes.length | 0x80])
      : Buffer.from([126 | 0x80, bytes.length >> 8, bytes.length]);
  return Buffer.concat([Buffer.from([opcode | 0x80]), length, Buffer.alloc(4), bytes]);
}
