/** Bytes of a sheet. Larger answers get one of their own. */
const SHEET = 256 * 1_024;

/** With less left than this a new sheet is begun: most answers are smaller. */
const ENOUGH = 64 * 1_024;

/**
 * The bytes of the answer that is being written. One for all answers: each is written in one go, behind the one before it.
 * Texts that are joined piece by piece leave three objects a field for the garbage collector, which took a quarter of the
 * time of an answer; and a copy of each answer would be one more large piece of memory.
 */
export class Ink {
  buffer = Buffer.allocUnsafeSlow(SHEET);
  size = SHEET;
  /** Where the answer that is being written begins. */
  start = 0;

  /** Makes room up to this place. */
  grow(end: number): void {
    this.size = Math.max(2 * this.size, end);
    const larger = Buffer.allocUnsafeSlow(this.size);
    this.buffer.copy(larger);
    this.buffer = larger;
  }

  /** What was written, as bytes that stay: nothing is written over them. */
  taken(end: number): Buffer {
    const written = this.buffer.subarray(this.start, end);
    this.start = end;
    if (this.size - end < ENOUGH || this.size > SHEET) {
      this.buffer = Buffer.allocUnsafeSlow(SHEET);
      this.size = SHEET;
      this.start = 0;
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
