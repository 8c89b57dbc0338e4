import type { Query } from '../database/query.ts';
import type { Log } from '../log.ts';

/** How often revoked ids are read, in milliseconds; a revoked token must be dead everywhere within 5 s. */
const READ_EVERY_MS = 1_500;

/** The revoked token ids, kept in memory and read again and again, so that checking costs nothing. */
export interface Revocations {
  has(tokenId: string): boolean;
  /** Calls back with ids that were not known as revoked before. */
  onRevoked(listener: (tokenIds: string[]) => void): void;
  stop(): void;
}

/** Reads what is revoked now, and from then on what is new. While the database is away the last answer stands. */
export async function watchRevocations(query: Query, log: Log): Promise<Revocations> {
  const known = new Set<string>();
  const listeners: ((tokenIds: string[]) => void)[] = [];
  const read = async () => {
    const rows = await query<{ jti: string }>('SELECT jti FROM access_revocations');
    const fresh = rows.map((row) => row.jti).filter((jti) => !known.has(jti));
    for (const jti of fresh) known.add(jti);
    if (fresh.length > 0) for (const listener of listeners) listener(fresh);
  };
  await read();
  const timer = setInterval(() => {
    read().catch((error: unknown) => log.warn({ err: error }, 'revocations could not be read; the last answer stands'));
  }, READ_EVERY_MS);
  timer.unref();
  return {
    has: (tokenId) => known.has(tokenId),
    onRevoked: (listener) => listeners.push(listener),
    stop: () => clearInterval(timer),
  };
}
