import type { Level } from '../../src/platform/access/caller.ts';
import type { NewToken } from '../../src/platform/access/token.ts';
import { customerIdOf } from '../kit/people.ts';

/** Everybody who can hold a token, and the column of the access table that is theirs. */
export interface KindOfCaller {
  name: string;
  level: Level;
  token: Pick<NewToken, 'role' | 'customerId' | 'scopes'>;
}

export const callers: KindOfCaller[] = [
  { name: 'customer', level: 'customer', token: { role: 'customer', customerId: customerIdOf(1) } },
  { name: 'support', level: 'support', token: { role: 'support' } },
  { name: 'analyst', level: 'analyst', token: { role: 'analyst' } },
  { name: 'admin', level: 'admin', token: { role: 'admin' } },
  { name: 'service without a scope', level: 'none', token: { role: 'service' } },
  { name: 'service with scope ingest', level: 'none', token: { role: 'service', scopes: ['ingest'] } },
  { name: 'service with scope replay', level: 'none', token: { role: 'service', scopes: ['replay'] } },
  { name: 'service with scope import', level: 'none', token: { role: 'service', scopes: ['import'] } },
  { name: 'service with scope feed', level: 'feed', token: { role: 'service', scopes: ['feed'] } },
];
