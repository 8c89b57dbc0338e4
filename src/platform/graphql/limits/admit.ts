import type { IncomingMessage } from 'node:http';
import type { GraphQLError } from 'graphql';
import type { Authenticate } from '../../access/authenticate.ts';
import type { Caller } from '../../access/caller.ts';
import { addressOf } from './address-of.ts';
import type { Budgets } from './budgets.ts';

/**
 * Who makes this request.
 * @param authorization where it does not stand in the request's own header, as on sockets.
 * @throws UNAUTHENTICATED, and RATE_LIMITED instead once too many such requests came from its address.
 */
export type Admit = (request: IncomingMessage, authorization?: string | null) => Promise<Caller>;

/** Whoever has a good token is never held up by others at the same address, and never counted by it. */
export function admitting(authenticate: Authenticate, budgets: Budgets, proxies: number): Admit {
  return (request, authorization = request.headers.authorization) =>
    authenticate(authorization).catch(async (error: GraphQLError) => {
      if (error.extensions?.code === 'UNAUTHENTICATED') await budgets.countStranger(addressOf(request, proxies));
      throw error;
    });
}
