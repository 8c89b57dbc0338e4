import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { GraphAnswer, TestApp } from './test-app.ts';

/** One way to send an operation; the answer looks the same by every way. */
export interface Transport {
  name: 'HTTP' | 'socket';
  ask(token: string, query: string, variables?: object, operationName?: string): Promise<GraphAnswer>;
  close(): Promise<void>;
}

/** POST and graphql-transport-ws. Close each when done: sockets stay open between operations. */
export function transportsOf(server: TestApp): Transport[] {
  return [overHttp(server), overSocket(server)];
}

function overHttp(server: TestApp): Transport {
  return {
    name: 'HTTP',
    ask: async (token, query, variables, operationName) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      const body = JSON.stringify({ query, variables, operationName });
      const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body });
      return { status: response.status, data: null, ...((await response.json()) as object) } as GraphAnswer;
    },
    close: async () => undefined,
  };
}

/** One socket for each token, as a browser would keep it. */
function overSocket(server: TestApp): Transport {
  const clients = new Map<string, Client>();
  const clientOf = (token: string) => {
    const known = clients.get(token) ?? stayingClient(server, token);
    clients.set(token, known);
    return known;
  };
  return {
    name: 'socket',
    ask: (token, query, variables, operationName) =>
      askOnSocket(clientOf(token), {
        query,
        variables: variables as Record<string, unknown> | undefined,
        operationName,
      }),
    close: async () => {
      await Promise.all([...clients.values()].map((client) => client.dispose()));
    },
  };
}

function stayingClient(server: TestApp, token: string): Client {
  return createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazyCloseTimeout: 60_000,
    connectionParams: { authorization: `Bearer ${token}` },
  });
}

interface Payload {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

/** The first result of an operation. Status is 0: a socket has none. @throws what closed the socket instead. */
export function askOnSocket(client: Client, payload: Payload): Promise<GraphAnswer> {
  return new Promise((resolve, reject) => {
    const end = client.subscribe(payload, {
      next: (result) => {
        resolve({ status: 0, data: null, ...result } as GraphAnswer);
        end();
      },
      error: (error) => {
        if (Array.isArray(error)) resolve({ status: 0, data: null, errors: error as GraphAnswer['errors'] });
        else reject(error);
      },
      complete: () => reject(new Error('The operation ended without a result.')),
    });
  });
}

/** Codes of an answer's errors, in order. */
export function codesOf(answer: GraphAnswer): string[] {
  return (answer.errors ?? []).map((error) => error.extensions.code);
}
