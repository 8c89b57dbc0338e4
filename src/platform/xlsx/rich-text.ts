/** What we take from one cell, in characters; spreadsheet programs stop at 32,767 or 50,000. */
export const LONGEST_CELL = 1_048_576;

/** Puts a text together from its runs, and leaves out how it is pronounced (`rPh`). */
export class RichText {
  #text = '';
  #takes = false;
  #pronounced = false;

  get length(): number {
    return this.#text.length;
  }

  begin(): void {
    this.#text = '';
    this.#takes = false;
    this.#pronounced = false;
  }

  opens(name: string): void {
    if (name === 'rPh') this.#pronounced = true;
    if (name === 't') this.#takes = !this.#pronounced;
  }

  add(piece: string): void {
    if (this.#takes) this.#text += piece;
  }

  closes(name: string): void {
    if (name === 'rPh') this.#pronounced = false;
    if (name === 't') this.#takes = false;
  }

  taken(): string {
    return this.#text;
  }
}
