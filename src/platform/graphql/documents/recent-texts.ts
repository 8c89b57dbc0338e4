/** Characters of all texts together that are kept; the one that was asked for longest ago goes first. */
const MOST_CHARACTERS = 8_000_000;

/** Documents that clients have registered by themselves, by the SHA-256 of their text. Kept in memory. */
export class RecentTexts {
  readonly #texts = new Map<string, string>();
  #characters = 0;

  get(hash: string): string | undefined {
    const text = this.#texts.get(hash);
    if (text !== undefined) {
      this.#texts.delete(hash);
      this.#texts.set(hash, text);
    }
    return text;
  }

  add(hash: string, text: string): void {
    if (this.get(hash) !== undefined) return;
    this.#texts.set(hash, text);
    this.#characters += text.length;
    for (const [oldest, { length }] of this.#texts) {
      if (this.#characters <= MOST_CHARACTERS) return;
      this.#texts.delete(oldest);
      this.#characters -= length;
    }
  }
}
