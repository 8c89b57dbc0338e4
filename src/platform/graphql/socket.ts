import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  execute,
  GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import { CloseCode, type Context as SocketContext } from 'graphql-ws';
// Named otherwise, because the linter takes a call that begins with "use" for a React hook.
import { type Extra, useServer as serveOn } from 'graphql-ws/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Authenticate } from '../access/authenticate.ts';
import type { Caller } from '../access/caller.ts';
import type { Revocations } from '../access/revocations.ts';
import type { Context } from '../context.ts';
import type { Log } from '../log.ts';
import { badUserInput } from './faults.ts';
import { checkCost, LIMITS, readDocument } from './pipeline.ts';
import { shownError } from './shown-error.ts';

/** Operations that may run on one socket at a time. */
const OPERATIONS_PER_SOCKET = 100;
/** What a socket is closed with when the database cannot say whose it is; clients come back by themselves. */
const TRY_AGAIN_LATER = 1_013;
/** How long clients have to leave when the server stops, in milliseconds. */
const LEAVE_WITHIN_MS = 2_000;
/** A timer holds 24.8 days at most. */
const LONGEST_TIMER_MS = 2_147_483_647;

export interface GraphOverSockets {
  /** Tells every client to go (1001) and waits until they are gone. */
  stop(): Promise<void>;
}

export interface SocketParts {
  schema: GraphQLSchema;
  log: Log;
  introspection: boolean;
  authenticate: Authenticate;
  revocations: Revocations;
  /** A fresh context: for each operation, and for each event of a live one. */
  contextOf(caller: Caller): Context;
}

/** What we keep with a socket. */
type Kept = Record<PropertyKey, unknown> & { caller?: Caller; expiry?: NodeJS.Timeout };
type Socket = Extra & Partial<Kept>;

/** GraphQL over graphql-transport-ws on /graphql, through the same rules, limits and masks as HTTP. */
export function graphOverSockets(server: Server, parts: SocketParts): GraphOverSockets {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LIMITS.bytes });
  server.on('upgrade', (request, socket, head) => {
    if (request.url?.split('?', 1)[0] !== '/graphql') return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit('connection', ws, request));
  });
  const byToken = new Map<string, Set<WebSocket>>();
  parts.revocations.onRevoked((ids) => {
    for (const id of ids) for (const socket of byToken.get(id) ?? []) socket.close(CloseCode.Forbidden, 'Forbidden');
  });
  const graph = serveOn<Record<string, unknown>, Kept>(
    {
      onConnect: (socket) => admit(parts, socket, byToken),
      onDisconnect: ({ extra }) => forget(extra, byToken),
      onSubscribe: (socket, _id, payload) => prepare(parts, socket, payload),
      execute: (args) => execute(args),
      subscribe: (args) => follow(args, () => parts.contextOf((args.contextValue as Context).caller)),
      onNext: (_socket, _id, _payload, args, result) => {
        const { requestId } = args.contextValue as Context;
        const errors = result.errors?.map((error) => shownError(error, requestId, parts.log) as GraphQLError);
        return errors === undefined ? undefined : { ...result, errors };
      },
      onError: (_socket, _id, _payload, errors) => {
        const requestId = randomUUID();
        return errors.map((error) => shownError(error, requestId, parts.log));
      },
      // Else the reason of a close would be the text of an error.
      isProd: true,
    },
    sockets,
  );
  // graphql-ws prints what breaks a socket with its stack; who sends frames that are too large could fill a disk.
  sockets.on('connection', (socket) => {
    socket.removeAllListeners('error');
    socket.on('error', (error) => parts.log.debug({ err: error }, 'a socket broke'));
  });
  return {
    stop: async () => {
      // A client that does not read does not answer the close frame either: ws would wait 30 s for it.
      const leftover = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, LEAVE_WITHIN_MS);
      await graph.dispose();
      clearTimeout(leftover);
      sockets.close();
    },
  };
}

async function admit(
  parts: SocketParts,
  socket: SocketContext<Record<string, unknown>, Socket>,
  byToken: Map<string, Set<WebSocket>>,
) {
  const authorization = socket.connectionParams?.authorization ?? socket.connectionParams?.Authorization;
  const ws = socket.extra.socket as WebSocket;
  try {
    const caller = await parts.authenticate(typeof authorization === 'string' ? authorization : null);
    // It may have gone, or its token may have been revoked, while we asked.
    if (ws.readyState !== ws.OPEN || parts.revocations.has(caller.tokenId)) return false;
    socket.extra.caller = caller;
    const left = Math.min(caller.expiresAt - Date.now(), LONGEST_TIMER_MS);
    socket.extra.expiry = setTimeout(() => ws.close(CloseCode.Forbidden, 'Forbidden'), left);
    byToken.set(caller.tokenId, (byToken.get(caller.tokenId) ?? new Set()).add(ws));
    return true;
  } catch (error) {
    // Answering false closes with 4403; what exactly is wrong with the token is no socket's business.
    if (error instanceof GraphQLError) return false;
    parts.log.error({ err: error }, 'a socket could not be admitted');
    ws.close(TRY_AGAIN_LATER, 'Try again later');
    return false;
  }
}

function forget({ caller, expiry, socket }: Socket, byToken: Map<string, Set<WebSocket>>): void {
  clearTimeout(expiry);
  if (caller === undefined) return;
  const open = byToken.get(caller.tokenId);
  open?.delete(socket as WebSocket);
  if (open?.size === 0) byToken.delete(caller.tokenId);
}

interface Asked {
  query: string;
  variables?: Record<string, unknown> | null;
  operationName?: string | null;
}

/** What HTTP does in Apollo: parse, validate, weigh. Errors end that operation alone; onError says what may be shown. */
function prepare(
  parts: SocketParts,
  socket: SocketContext<Record<string, unknown>, Socket>,
  asked: Asked,
): ExecutionArgs | GraphQLError[] {
  const caller = socket.extra.caller;
  if (caller === undefined) throw new Error('A socket was let in without a caller.');
  const context = parts.contextOf(caller);
  try {
    if (Object.keys(socket.subscriptions).length > OPERATIONS_PER_SOCKET) {
      throw badUserInput(`A socket carries ${OPERATIONS_PER_SOCKET} operations at most.`);
    }
    const read = readDocument(parts.schema, asked.query, parts.introspection);
    return 'errors' in read ? read.errors : runnable(parts.schema, read.document, asked, context);
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    return [new GraphQLError('Could not begin', { originalError: error as Error })];
  }
}

function runnable(schema: GraphQLSchema, document: DocumentNode, asked: Asked, contextValue: Context): ExecutionArgs {
  checkCost(schema, document, asked.variables ?? {}, asked.operationName);
  return {
    schema,
    document,
    variableValues: asked.variables ?? {},
    operationName: asked.operationName ?? null,
    contextValue,
  };
}

/**
 * Runs a live operation with a fresh context for each event. graphql-js would reuse the first one, and its reader
 * would go on answering with the rows it remembers.
 */
async function follow(args: ExecutionArgs, freshContext: () => Context) {
  const stream = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in stream)) return stream;
  const events = stream[Symbol.asyncIterator]();
  return {
    async next() {
      const event = await events.next().catch(async (error: unknown) => {
        await events.return?.();
        throw error;
      });
      if (event.done) return { value: undefined, done: true as const };
      const value = await execute({ ...args, rootValue: event.value, contextValue: freshContext() });
      return { value, done: false as const };
    },
    async return() {
      await events.return?.();
      return { value: undefined, done: true as const };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
