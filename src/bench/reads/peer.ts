import { rememberTokens } from '../../platform/access/remember-tokens.ts';
import { type TokenSettings, tokenVerifier } from '../../platform/access/token.ts';
import { SESSION_SETTINGS } from '../../platform/database/connect.ts';

/** What a server beside ours is started with. */
export interface ReadPeerSettings {
  /** Of MySQL, as the account that our server has. */
  url: string;
  tokens: TokenSettings;
}

/** As many connections to MySQL as our server has. */
export const POOL_SIZE = 16;

export const settings = JSON.parse(process.argv[2] ?? '') as ReadPeerSettings;

const verify = rememberTokens(tokenVerifier(settings.tokens));

/** Looks at the token as our server does, remembering it as long. Rejects if it is not good for an admin. */
export async function letIn(authorization: string | undefined): Promise<void> {
  const { role } = await verify(authorization?.slice('Bearer '.length) ?? '');
  if (role !== 'admin') throw new Error('Only an admin reads here.');
}

/** For each connection of a pool, before it is used. */
export function settle(connection: { query(sql: string): unknown }): void {
  connection.query(SESSION_SETTINGS);
}
