import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { GraphAnswer, TestApp } from './test-app.ts';

/** One way to send an operation; the answer looks the same by every way. */
export interface Transport {
  name: 'HTTP' | 'socket' | 'stream';
  ask(token: string, query: string, variables?: object, operationName?: string): Promise<GraphAnswer>;
  /** Sends whatever is given as the operation; a socket needs a `query`, be it empty. */
  send(token: string, payload: object): Promise<GraphAnswer>;
  close(): Promise<void>;
}

/** POST, graphql-transport-ws and server-sent events. Close each when done: sockets stay open between operations. */
export function transportsOf(server: TestApp): Transport[] {
  return [...twoTransportsOf(server), overStream(server)];
}

/** Without the third, which runs operations as the second does: for tests that ask very much. */
export function twoTransportsOf(server: TestApp): Transport[] {
  return [overHttp(server), overSocket(server)];
}

type Send = Transport['send'];

function asking(send: Send): Transport['ask'] {
  return (token, query, variables, operationName) => send(token, { query, variables, operationName });
}

/** Status is 0, as on a socket, if the answer is told on the stream. */
function overStream(server: TestApp): Transport {
  const send: Send = async (token, payload) => {
    const headers = {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    };
    const body = JSON.stringify(payload);
    const response = await fetch(`${server.url}/graphql/stream`, { method: 'POST', headers, body });
    const text = await response.text();
    if (response.status === 429) return { status: 429, data: null, ...(JSON.parse(text) as object) };
    const [result] = /(?<=^event: next\ndata: ).*(?=\n\nevent: complete\n)/m.exec(text) ?? [];
    if (result === undefined) throw new Error(`The stream (status ${response.status}) brought no result and its end.`);
    return { status: 0, data: null, ...(JSON.parse(result) as object) } as GraphAnswer;
  };
  return { name: 'stream', ask: asking(send), send, close: async () => undefined };
}

function overHttp(server: TestApp): Transport {
  const send: Send = async (token, payload) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const body = JSON.stringify(payload);
    const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body });
    return { status: response.status, data: null, ...((await response.json()) as object) } as GraphAnswer;
  };
  return { name: 'HTTP', ask: asking(send), send, close: async () => undefined };
}

/** One socket for each token, as a browser would keep it. */
function overSocket(server: TestApp): Transport {
  const clients = new Map<string, Client>();
  const clientOf = (token: string) => {
    const known = clients.get(token) ?? stayingClient(server, token);
    clients.set(token, known);
    return known;
  };
  const send: Send = (token, payload) => askOnSocket(clientOf(token), { query: '', ...payload });
  return {
    name: 'socket',
    ask: asking(send),
    send,
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

/** The result of a query or mutation. Status is 0: a socket has none. @throws what closed the socket instead. */
export function askOnSocket(client: Client, payload: Payload): Promise<GraphAnswer> {
  return new Promise((resolve, reject) => {
    let answer: GraphAnswer | undefined;
    client.subscribe(payload, {
      next: (result) => {
        answer = { status: 0, data: null, ...result } as GraphAnswer;
      },
      error: (error) => {
        if (Array.isArray(error)) resolve({ status: 0, data: null, errors: error as GraphAnswer['errors'] });
        else reject(error);
      },
      // Not sooner: the client miscounts what is open when it is left between a result and its completion.
      complete: () =>
        answer === undefined ? reject(new Error('The operation ended without a result.')) : resolve(answer),
    });
  });
}

/** Codes of an answer's errors, in order. */
export function codesOf(answer: GraphAnswer): string[] {
  return (answer.errors ?? []).map((error) => error.extensions.code);
}

/** A live operation, and what it has brought so far. */
export interface Following<Event> {
  events: Event[];
  /** What ended it: errors of the operation, or the close of the socket. */
  ended: Promise<unknown>;
  /** Waits until the server has surely taken it up: the protocol has no word for that. */
  taken(): Promise<void>;
  /** Waits until as many events are there. @throws after half a minute, saying how many came. */
  atLeast(count: number): Promise<Event[]>;
  stop(): void;
}

/** Follows one live field of that name. */
export function follow<Event>(client: Client, field: string, query: string, variables?: Record<string, unknown>) {
  const events: Event[] = [];
  const ended = Promise.withResolvers<unknown>();
  const stop = client.subscribe<Record<string, Event>>(
    { query, variables },
    {
      next: ({ data, errors }) => {
        if (errors !== undefined) ended.resolve(errors);
        else if (data != null) events.push(data[field] as Event);
      },
      error: (error) => ended.resolve(error),
      complete: () => ended.resolve('complete'),
    },
  );
  const atLeast = async (count: number) => {
    for (let waited = 0; events.length < count; waited += 20) {
      if (waited > 30_000) throw new Error(`${events.length} of ${count} events came`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return events;
  };
  const taken = async () => {
    await askOnSocket(client, { query: '{ __typename }' });
    await new Promise((resolve) => setTimeout(resolve, 300));
  };
  return { events, ended: ended.promise, taken, atLeast, stop } satisfies Following<Event>;
}
