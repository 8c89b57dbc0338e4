import { BrokenXlsx } from './broken-xlsx.ts';
import { unescapeCell } from './escape-xml.ts';
import { parseXml } from './parse-xml.ts';
import { LONGEST_CELL, RichText } from './rich-text.ts';

/** Texts that sheets name by number. Outside of the garbage collector's reach: as strings they would take five times as much. */
export class SharedStrings {
  #bytes = Buffer.allocUnsafeSlow(65_536);
  #ends = new Uint32Array(1_024);
  #count = 0;

  /** Without a document: none. @throws BrokenXlsx */
  static async read(pieces: AsyncIterable<string>): Promise<SharedStrings> {
    const strings = new SharedStrings();
    const text = new RichText();
    const listener = {
      opens: (name: string) => (name === 'si' ? text.begin() : text.opens(name)),
      text: (piece: string) => text.add(piece),
      closes: (name: string) => (name === 'si' ? strings.#add(text.taken()) : text.closes(name)),
    };
    for await (const _ of parseXml(pieces, listener)) if (text.length > LONGEST_CELL) throw tooLong();
    return strings;
  }

  /** Undefined if there is none of this number. */
  at(index: number): string | undefined {
    if (!(index >= 0 && index < this.#count)) return undefined;
    return unescapeCell(this.#bytes.toString('utf8', index === 0 ? 0 : this.#ends[index - 1], this.#ends[index]));
  }

  #add(text: string): void {
    if (text.length > LONGEST_CELL) throw tooLong();
    const begin = this.#count === 0 ? 0 : this.#ends[this.#count - 1]!;
    const end = begin + Buffer.byteLength(text);
    if (end > this.#bytes.length) this.#growBytes(end);
    this.#bytes.write(text, begin);
    if (this.#count === this.#ends.length) this.#growEnds();
    this.#ends[this.#count++] = end;
  }

  #growBytes(atLeast: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(atLeast, this.#bytes.length * 2));
    this.#bytes.copy(larger);
    this.#bytes = larger;
  }

  #growEnds(): void {
    const larger = new Uint32Array(this.#ends.length * 2);
    larger.set(this.#ends);
    this.#ends = larger;
  }
}

function tooLong(): BrokenXlsx {
  return new BrokenXlsx('tooLarge', 'A text in it would unpack to more than 1 MiB, which no cell holds.');
}
