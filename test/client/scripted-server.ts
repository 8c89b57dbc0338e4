import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ExecutionArgs, type ExecutionResult, GraphQLError, parse } from 'graphql';
import { useServer as serveOn } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

/** One operation that somebody began. */
export interface Asked {
  after: string | null;
  variables: Record<string, unknown>;
}

/** What the server answers to an operation: its events, or why it does not begin. */
export type Script = (asked: Asked) => AsyncIterable<ExecutionResult> | GraphQLError[];

/** graphql-ws's own server, which answers by the script and keeps what it was asked. */
export interface ScriptedServer {
  url: string;
  script: Script;
  /** Whether a token is let in; all are at first. */
  admits(token: string): boolean;
  asked: Asked[];
  /** Tokens of the sockets that came, also of those that were not let in. */
  tokens: string[];
  /** Sockets that are open now. */
  open(): number;
  /** Closes all sockets, with the code; without one as if the line was cut. */
  close(code?: number): void;
  /** Once is enough. */
  stop(): Promise<void>;
}

/** @param port a free one if it is 0. */
export async function scriptedServer(script: Script, port = 0): Promise<ScriptedServer> {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http });
  const graph = serveOn<{ authorization?: string }>(
    {
      onConnect: ({ connectionParams }) => {
        const token = connectionParams?.authorization?.replace('Bearer ', '') ?? '';
        server.tokens.push(token);
        return server.admits(token);
      },
      onSubscribe: (_socket, _id, { query, variables }) => {
        const asked = { after: (variables?.after ?? null) as string | null, variables: variables ?? {} };
        server.asked.push(asked);
        const answers = server.script(asked);
        if (Array.isArray(answers)) return answers;
        return { schema: undefined as never, document: parse(query), rootValue: answers };
      },
      subscribe: ({ rootValue }: ExecutionArgs) => rootValue as AsyncIterableIterator<ExecutionResult>,
    },
    sockets,
  );
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  let stopped: Promise<void> | null = null;
  const stop = async () => {
    for (const socket of sockets.clients) socket.terminate();
    await graph.dispose();
    await new Promise<void>((resolve) => http.close(() => resolve()));
  };
  const server: ScriptedServer = {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
    script,
    admits: () => true,
    asked: [],
    tokens: [],
    open: () => sockets.clients.size,
    close: (code) => {
      for (const socket of sockets.clients) code === undefined ? socket.terminate() : socket.close(code);
    },
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
  return server;
}

/** A change with this number; its cursor is `c` and the number. */
export function change(number: number): ExecutionResult {
  return { data: { orderStatusChanged: { cursor: `c${number}`, kind: 'CHANGE', updateId: String(number) } } };
}

/** Nothing new, but all up to here was told. */
export function progress(cursor: string): ExecutionResult {
  return { data: { orderStatusChanged: { cursor, kind: 'PROGRESS', updateId: null } } };
}

export function gap(cursor: string): ExecutionResult {
  return { data: { orderStatusChanged: { cursor, kind: 'GAP', updateId: null } } };
}

/** These answers, then nothing until the client leaves. */
export async function* answers(...results: ExecutionResult[]): AsyncGenerator<ExecutionResult> {
  yield* results;
  await new Promise(() => undefined);
}

/** These answers, then the end. */
export async function* answersAndEnd(...results: ExecutionResult[]): AsyncGenerator<ExecutionResult> {
  yield* results;
}

/** All changes after the cursor up to this number, as a feed replays them; then nothing more. */
export function upTo(last: number): Script {
  return ({ after }) => {
    const from = after === null ? 0 : Number(after.slice(1));
    return answers(...Array.from({ length: Math.max(0, last - from) }, (_, i) => change(from + 1 + i)));
  };
}

export function refusal(code: string): GraphQLError[] {
  return [new GraphQLError(`It is ${code}.`, { extensions: { code } })];
}
