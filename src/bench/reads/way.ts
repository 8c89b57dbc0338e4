/** One of the servers that answer the same operations. */
export type Way = 'limit' | 'server' | 'loader' | 'populate';

/** The first says what the answers have to be. */
export const WAYS: readonly Way[] = ['limit', 'server', 'loader', 'populate'];
