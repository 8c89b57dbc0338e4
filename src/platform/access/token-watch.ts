import type { Caller } from './caller.ts';
import type { Revocations } from './revocations.ts';

/** A timer holds 24.8 days at most. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Closes what stays open on a token's word (sockets, event streams) when the token expires or is revoked. */
export class TokenWatch {
  readonly #revocations: Revocations;
  readonly #byToken = new Map<string, Set<() => void>>();

  constructor(revocations: Revocations) {
    this.#revocations = revocations;
    revocations.onRevoked((ids) => {
      for (const id of ids) for (const close of this.#byToken.get(id) ?? []) close();
    });
  }

  /** Whether the token is good at this moment. */
  isValid({ tokenId, expiresAt }: Caller): boolean {
    return expiresAt > Date.now() && !this.#revocations.has(tokenId);
  }

  /** Calls `close` when the token ends. @returns what ends the watch. */
  watch(caller: Caller, close: () => void): () => void {
    const { tokenId, expiresAt } = caller;
    let timer: NodeJS.Timeout;
    const wait = () => {
      const left = Math.min(Math.max(expiresAt - Date.now(), 0), LONGEST_TIMER_MS);
      timer = setTimeout(() => (expiresAt > Date.now() ? wait() : close()), left);
    };
    wait();
    const open = this.#byToken.get(tokenId) ?? new Set();
    this.#byToken.set(tokenId, open.add(close));
    return () => {
      clearTimeout(timer);
      open.delete(close);
      if (open.size === 0) this.#byToken.delete(tokenId);
    };
  }
}
