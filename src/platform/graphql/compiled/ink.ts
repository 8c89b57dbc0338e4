/** Bytes that there are at first, and again after a larger answer. */
const USUAL = 256 * 1_024;

/**
 * The bytes of the answer that is being written. One for all answers: each is written in one go. Texts that are joined
 * piece by piece leave three objects a field for the garbage collector, which took a quarter of the time of an answer.
 */
export class Ink {
  buffer = Buffer.allocUnsafeSlow(USUAL);
  size = USUAL;

  /** Makes room up to this place. */
  grow(end: number): void {
    this.size = Math.max(2 * this.size, end);
    const larger = Buffer.allocUnsafeSlow(this.size);
    this.buffer.copy(larger);
    this.buffer = larger;
  }

  /** What was written, as bytes that stay. */
  taken(end: number): Buffer {
    const written = Buffer.from(this.buffer.subarray(0, end));
    if (this.size > USUAL) {
      this.buffer = Buffer.allocUnsafeSlow(USUAL);
      this.size = USUAL;
    }
    return written;
  }
}

/** Writes bytes from a place on. @returns the place behind them. */
export function put(ink: Ink, piece: Uint8Array, at: number): number {
  const end = at + piece.length;
  if (end > ink.size) ink.grow(end);
  const { buffer } = ink;
  // Most pieces are so short that a call to copy them takes longer.
  for (let i = 0; i < piece.length; i++) buffer[at + i] = piece[i] as number;
  return end;
}

/** Writes a text as it is. @returns the place behind it. */
export function putText(ink: Ink, text: string, at: number): number {
  const most = at + 3 * text.length;
  if (most > ink.size) ink.grow(most);
  return at + ink.buffer.write(text, at);
}
