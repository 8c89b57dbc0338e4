import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { type ExecutionArgs, GraphQLError } from 'graphql';
import {
  CloseCode,
  handleProtocols,
  makeServer,
  type Server as Protocol,
  type Context as SocketContext,
} from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Caller } from '../access/caller.ts';
import type { TokenWatch } from '../access/token-watch.ts';
import type { UnknownCustomers } from '../access/unknown-customers.ts';
import type { Context } from '../context.ts';
import type { Log } from '../log.ts';
import type { RunOperation } from './compiled/run-operation.ts';
import { withQuery } from './documents/query-of-message.ts';
import { badUserInput } from './faults.ts';
import { findDeadPeers } from './find-dead-peers.ts';
import type { Admit } from './limits/admit.ts';
import type { Cost } from './limits/budgets.ts';
import type { LiveOperations } from './live-operations.ts';
import type { Operation, Prepare } from './operation.ts';
import { LIMITS } from './pipeline.ts';
import { shownError } from './shown-error.ts';
import { SocketOutlet } from './socket-outlet.ts';

/** Operations that may run on one socket at a time. */
const OPERATIONS_PER_SOCKET = 100;
/** Characters of an operation's id: clients use numbers or UUIDs. */
const LONGEST_ID = 256;
const GOING_AWAY = 1_001;
const INTERNAL_ERROR = 1_011;
/** When nobody can say whose a socket is, or it has become somebody else's; clients come back by themselves. */
const TRY_AGAIN_LATER = 1_013;
/** How long clients have to leave when the server stops, in milliseconds. */
const LEAVE_WITHIN_MS = 2_000;

export interface GraphOverSockets {
  /** Tells every client to go (1001) and waits until they are gone. */
  stop(): Promise<void>;
}

export interface SocketParts {
  log: Log;
  admit: Admit;
  tokens: TokenWatch;
  unknown: UnknownCustomers;
  prepare: Prepare;
  live: LiveOperations;
  run: RunOperation;
}

/** What is kept with a socket. */
interface Kept {
  socket: WebSocket;
  /** What it began with. */
  request: IncomingMessage;
  caller?: Caller;
  forget?: () => void;
  /** Operations that have not ended, by id, with what ends them: graphql-ws forgets one that is completed as it begins. */
  running: Map<string, () => void>;
}
type Opened = SocketContext<Record<string, unknown>, Kept>;

/** An operation on its way through graphql-ws, which hands on what `onSubscribe` gave. */
interface Asked extends ExecutionArgs {
  kept: Kept;
  id: string;
  caller: Caller;
  text: string;
  cost: Cost;
  outlet: SocketOutlet;
}

/** GraphQL over graphql-transport-ws on /graphql, through the same rules, limits and masks as HTTP. */
export function graphOverSockets(server: Server, parts: SocketParts): GraphOverSockets {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LIMITS.bytes, handleProtocols });
  server.on('upgrade', (request, socket, head) => {
    if (request.url?.split('?', 1)[0] !== '/graphql') return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit('connection', ws, request));
  });
  const protocol = speaking(parts);
  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    attend(protocol, { socket, request, running: new Map() }, parts.log);
  });
  const stopPings = findDeadPeers(sockets);
  return {
    stop: async () => {
      stopPings();
      await closeAll(sockets);
    },
  };
}

function speaking(parts: SocketParts): Protocol<Kept> {
  return makeServer<Record<string, unknown>, Kept>({
    onConnect: (socket) => letIn(parts, socket),
    onClose: ({ extra }) => {
      extra.forget?.();
      for (const leave of extra.running.values()) leave();
    },
    onComplete: ({ extra }, id) => void extra.running.delete(id),
    onSubscribe: (socket, id, payload) => asked(parts, socket, id, payload),
    execute: async (args) => ({ ...(await parts.run(args)), extensions: { cost: (args as Asked).cost } }),
    subscribe: (args) => follow(parts.live, args as Asked),
    onNext: (_socket, _id, _payload, args, result) => {
      const { requestId } = args.contextValue as Context;
      const errors = result.errors?.map((error) => shownError(error, requestId, parts.log) as GraphQLError);
      return errors === undefined ? undefined : { ...result, errors };
    },
    onError: ({ extra }, id, _payload, errors) => {
      extra.running.delete(id);
      const requestId = randomUUID();
      return errors.map((error) => shownError(error, requestId, parts.log));
    },
  });
}

/** What graphql-ws's own adapter does, but that prints what breaks with its stack: any client could fill a disk. */
function attend(protocol: Protocol<Kept>, kept: Kept, log: Log): void {
  const { socket } = kept;
  const broken = (error: unknown) => {
    log.debug({ err: error }, 'a socket broke');
    socket.close(INTERNAL_ERROR, 'Internal server error');
  };
  socket.on('error', (error) => log.debug({ err: error }, 'a socket broke'));
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (text) =>
        new Promise((resolve) => {
          if (socket.readyState === socket.OPEN) socket.send(text, () => resolve());
          else resolve();
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (take) => socket.on('message', (data) => void take(withQuery(String(data))).catch(broken)),
    },
    kept,
  );
  socket.once('close', (code, reason) => void closed(code, String(reason)).catch(broken));
}

/** Nobody is let in any more, and whoever is there has to go. */
async function closeAll(sockets: WebSocketServer): Promise<void> {
  sockets.close();
  const gone = [...sockets.clients].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  for (const socket of sockets.clients) socket.close(GOING_AWAY, 'Going away');
  // A client that does not read does not answer the close frame either: ws would wait 30 s for it.
  const leftover = setTimeout(() => {
    for (const socket of sockets.clients) socket.terminate();
  }, LEAVE_WITHIN_MS);
  await Promise.all(gone);
  clearTimeout(leftover);
}

async function letIn({ admit, tokens, unknown, log }: SocketParts, { connectionParams, extra }: Opened) {
  const authorization = connectionParams?.authorization ?? connectionParams?.Authorization;
  const ws = extra.socket;
  try {
    const caller = await admit(extra.request, typeof authorization === 'string' ? authorization : null);
    // It may have gone, or its token may have been revoked, while we asked.
    if (ws.readyState !== ws.OPEN || !tokens.isValid(caller)) return false;
    extra.caller = caller;
    const ends = [
      tokens.watch(caller, () => ws.close(CloseCode.Forbidden, 'Forbidden')),
      unknown.watch(caller, () => ws.close(TRY_AGAIN_LATER, 'Come back: the customer has become known')),
    ];
    extra.forget = () => {
      for (const end of ends) end();
    };
    return true;
  } catch (error) {
    // Answering false closes with 4403, but says nothing of what is wrong with the token.
    if (error instanceof GraphQLError) {
      const isLimit = error.extensions.code === 'RATE_LIMITED';
      ws.close(isLimit ? TRY_AGAIN_LATER : CloseCode.Forbidden, asReason(error.message));
      return false;
    }
    log.error({ err: error }, 'a socket could not be admitted');
    ws.close(TRY_AGAIN_LATER, 'Try again later');
    return false;
  }
}

/** A close frame holds 123 bytes of it. */
function asReason(message: string): string {
  return Buffer.from(message).subarray(0, 120).toString();
}

/**
 * What HTTP does in Apollo: parse, validate, weigh, charge. Errors end that operation alone; onError says what may be
 * shown.
 */
async function asked(
  { prepare }: SocketParts,
  { extra }: Opened,
  id: string,
  payload: Operation,
): Promise<Asked | GraphQLError[]> {
  const { caller } = extra;
  if (caller === undefined) throw new Error('A socket was let in without a caller.');
  if (extra.running.has(id))
    extra.socket.close(CloseCode.SubscriberAlreadyExists, 'An operation with this id still ends');
  if (id.length > LONGEST_ID) return [badUserInput(`The id of an operation has ${LONGEST_ID} characters at most.`)];
  if (extra.running.size >= OPERATIONS_PER_SOCKET) {
    return [badUserInput(`A socket carries ${OPERATIONS_PER_SOCKET} operations at most.`)];
  }
  // Before anything is waited for: a burst of operations must find those before it counted.
  extra.running.set(id, () => undefined);
  const prepared = await prepare(payload, caller, randomUUID());
  if (!('errors' in prepared)) {
    const { args, text, cost } = prepared;
    return { ...args, kept: extra, id, caller, text, cost, outlet: new SocketOutlet(extra.socket, id) };
  }
  extra.running.delete(id);
  return prepared.errors;
}

/** What is told goes past graphql-ws, which keeps the operation: it sees an iterator that only ends. */
async function follow(live: LiveOperations, { kept, id, caller, text, cost: _charged, outlet, ...args }: Asked) {
  const begun = await live.begin({ args, text, caller, outlet });
  if (begun.kind === 'refused') return begun.result;
  if (begun.kind === 'fetched') return begun.answers;
  const leave = () => {
    kept.running.delete(id);
    begun.leave();
  };
  // Its client may have gone while it began.
  if (kept.socket.readyState === kept.socket.OPEN) kept.running.set(id, leave);
  else leave();
  return outlet.untilEnded(leave);
}
