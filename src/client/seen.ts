/** How many are remembered. A resume repeats what lay above the last number that was sure, far less than this. */
const REMEMBERED = 10_000;

/** The newest texts it was shown; the oldest are forgotten. */
export class Seen {
  readonly #texts = new Set<string>();

  has(text: string): boolean {
    return this.#texts.has(text);
  }

  add(text: string): void {
    this.#texts.add(text);
    if (this.#texts.size <= REMEMBERED) return;
    // A set gives back what it was given first.
    for (const oldest of this.#texts) {
      this.#texts.delete(oldest);
      return;
    }
  }

  forget(): void {
    this.#texts.clear();
  }
}
