/** Characters of all texts together that are kept; the one that was asked for longest ago goes first. */
const MOST_CHARACTERS = 8_000_000;
/** Of those that one caller brought: nobody can push out what others rely on. */
const MOST_OF_ONE = 500_000;

/** What one caller has brought, the longest unused first. */
interface Share {
  owner: string;
  hashes: Set<string>;
  characters: number;
}

interface Kept {
  text: string;
  share: Share;
}

/** Documents that may be asked for by the SHA-256 of their text, because somebody sent them. Kept in memory. */
export class RecentTexts {
  readonly #kept = new Map<string, Kept>();
  readonly #shares = new Map<string, Share>();
  #characters = 0;

  get(hash: string): string | undefined {
    const kept = this.#kept.get(hash);
    if (kept === undefined) return undefined;
    this.#kept.delete(hash);
    this.#kept.set(hash, kept);
    kept.share.hashes.delete(hash);
    kept.share.hashes.add(hash);
    return kept.text;
  }

  /** @param owner who brought it, and whose oldest go if that is more than one may have. */
  add(hash: string, text: string, owner: string): void {
    if (text.length > MOST_OF_ONE || this.get(hash) !== undefined) return;
    const share = this.#shares.get(owner) ?? { owner, hashes: new Set(), characters: 0 };
    this.#shares.set(owner, share);
    this.#kept.set(hash, { text, share });
    share.hashes.add(hash);
    share.characters += text.length;
    this.#characters += text.length;
    this.#forgetOldest(share.hashes, () => share.characters > MOST_OF_ONE);
    this.#forgetOldest(this.#kept.keys(), () => this.#characters > MOST_CHARACTERS);
  }

  #forgetOldest(hashes: Iterable<string>, areTooMany: () => boolean): void {
    for (const oldest of hashes) {
      if (!areTooMany()) return;
      this.#forget(oldest);
    }
  }

  #forget(hash: string): void {
    const kept = this.#kept.get(hash);
    if (kept === undefined) return;
    const { text, share } = kept;
    this.#kept.delete(hash);
    this.#characters -= text.length;
    share.hashes.delete(hash);
    share.characters -= text.length;
    if (share.hashes.size === 0) this.#shares.delete(share.owner);
  }
}
