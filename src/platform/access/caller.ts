/** Who asks. Read once from the token; everything that decides on access looks only here. */
export type Role = 'customer' | 'support' | 'analyst' | 'admin' | 'service';

export type Scope = 'ingest' | 'replay' | 'import' | 'feed';

export interface Caller {
  role: Role;
  /** The token's `sub`. */
  subject: string;
  /** The token's `jti`: the name under which it is revoked. */
  tokenId: string;
  /** Milliseconds since 1970; the token is worth nothing from then on. */
  expiresAt: number;
  /** The customer that a customer's token speaks for, after aliases were resolved; null for every other role. */
  customerId: string | null;
  /** Its customer id means nobody yet: a customer who becomes known may turn out to be somebody by another id. */
  isUnknown: boolean;
  /** What a service may do; empty for other roles. */
  scopes: readonly Scope[];
}

/** The reader's column in the access table. A service reads nothing but what its scope says. */
export type Level = 'customer' | 'support' | 'analyst' | 'admin' | 'feed' | 'none';

export function levelOf(caller: Caller): Level {
  if (caller.role !== 'service') return caller.role;
  return caller.scopes.includes('feed') ? 'feed' : 'none';
}

/** Names who asks, whatever token is used: what is granted to each is counted under it. */
export function nameOf({ role, subject }: Caller): string {
  return `${role} ${subject}`;
}

/** Whether the caller has one of these roles, or is a service with this scope. */
export function hasRoleOrScope({ role, scopes }: Caller, scope: Scope, ...roles: Role[]): boolean {
  return roles.includes(role) || scopes.includes(scope);
}
