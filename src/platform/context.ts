import type { GraphQLError } from 'graphql';
import { type Caller, hasRoleOrScope, type Role, type Scope } from './access/caller.ts';
import type { Cause } from './cause.ts';
import type { Clock } from './clock.ts';
import type { Orm } from './database/connect.ts';
import { toInstant } from './database/instant.ts';
import type { Query } from './database/query.ts';
import { forbidden } from './graphql/faults.ts';
import type { Charged } from './graphql/limits/charging.ts';
import type { Inbox } from './inbox/inbox.ts';
import type { Jobs } from './jobs/worker.ts';
import type { Live } from './live/live.ts';
import type { Reader } from './read/reader.ts';

/** What a resolver gets beside its arguments; made anew for each operation, and for each event of a live one. */
export interface Context {
  caller: Caller;
  reader: Reader;
  query: Query;
  orm: Orm;
  live: Live;
  /** To say, after a change, that something may have fallen due. */
  jobs: Pick<Jobs, 'wake'>;
  inbox: Inbox;
  clock: Clock;
  /** Follows the request through logs, audit rows and answers. */
  requestId: string;
  /** What was charged already for the operation, where it was not Apollo that took it up. */
  charged?: Charged;
  /** What root fields gave already, by their names in the answer: plain execution does not ask them twice. */
  roots?: ReadonlyMap<string, unknown>;
}

/** @throws FORBIDDEN unless the caller has one of these roles. */
export function requireRole(context: Context, ...roles: Role[]): void {
  if (!roles.includes(context.caller.role)) throw mayNot(context.caller, roles);
}

/** @throws FORBIDDEN unless the caller has one of these roles, or is a service with this scope. */
export function requireRoleOrScope({ caller }: Context, scope: Scope, ...roles: Role[]): void {
  if (!hasRoleOrScope(caller, scope, ...roles)) throw mayNot(caller, [...roles, `service with scope ${scope}`]);
}

function mayNot({ role }: Caller, may: readonly string[]): GraphQLError {
  return forbidden(`The role ${role} may not do this. Who may: ${may.join(', ')}.`);
}

/** The cause of a change that this operation makes. */
export function causeOf(context: Context): Cause {
  return {
    actor: context.caller.subject,
    actorRole: context.caller.role,
    source: 'mutation',
    correlationId: context.requestId,
    at: toInstant(context.clock.now()),
  };
}
