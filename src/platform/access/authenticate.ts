import { unauthenticated } from '../graphql/faults.ts';
import type { Caller } from './caller.ts';
import type { Revocations } from './revocations.ts';
import { BadToken } from './token.ts';
import type { Recognise } from './unknown-customers.ts';

/** Turns an Authorization value into a caller. @throws UNAUTHENTICATED saying what is wrong with it. */
export type Authenticate = (authorization: string | null | undefined) => Promise<Caller>;

export function authenticator(
  verify: (token: string) => Promise<Caller>,
  revocations: Revocations,
  recognise: Recognise,
): Authenticate {
  return async (authorization) => {
    const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw unauthenticated();
    const caller = await verify(token).catch((error: unknown) => {
      throw error instanceof BadToken ? unauthenticated(error.message) : error;
    });
    if (revocations.has(caller.tokenId)) throw unauthenticated('The token was revoked.');
    if (caller.customerId === null) return caller;
    const customerId = (await recognise([caller.customerId])).get(caller.customerId);
    return customerId === undefined ? { ...caller, isUnknown: true } : { ...caller, customerId };
  };
}
