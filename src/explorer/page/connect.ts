import type { GraphiQL } from 'graphiql';
import { type ExecutionResult, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import type { ComponentProps } from 'react';

type Fetcher = ComponentProps<typeof GraphiQL>['fetcher'];
type Request = Parameters<Fetcher>[0];

export interface Connection {
  /** Sends queries and mutations by POST and live subscriptions over the socket, both to /graphql. */
  fetcher: Fetcher;
  /** Ends the socket and every subscription on it. */
  close: () => void;
}

/** The two ways to the graph with one token; an empty token sends none. The socket opens with the first subscription. */
export function connect(token: string): Connection {
  const credentials: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const socket = createClient({
    url: new URL('/graphql', location.href.replace(/^http/, 'ws')).href,
    connectionParams: credentials,
    // A silent second connection would lose events unseen, and a refused token is not accepted by asking again.
    retryAttempts: 0,
  });
  return {
    fetcher: (asked) => {
      const operation = operationOf(asked);
      const request = { ...asked, operationName: operation?.name?.value ?? asked.operationName };
      return operation?.operation === 'subscription' ? subscribe(socket, request) : post(request, credentials);
    },
    close: () => void socket.dispose(),
  };
}

/** The operation meant: the named one, else the only one. For a moment after a change of tabs the name is the old tab's. */
function operationOf({ query, operationName }: Request): OperationDefinitionNode | undefined {
  const operations = operationsIn(query);
  const named = operations.find(({ name }) => name?.value === operationName);
  return named ?? (operations.length === 1 ? operations[0] : undefined);
}

function operationsIn(query: string): OperationDefinitionNode[] {
  try {
    return parse(query).definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  } catch {
    return []; // Not GraphQL: it is posted as it stands, and the server says where it is wrong.
  }
}

async function post(request: Request, credentials: Record<string, string>) {
  const answer = await fetch('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      ...credentials,
    },
    body: JSON.stringify(request),
  });
  if (!answer.headers.get('content-type')?.includes('json')) {
    throw new Error(`The server answered ${answer.status} ${answer.statusText} without JSON`);
  }
  return answer.json();
}

// Not an async generator: its return() would wait for the pending next(), and "stop" would wait for one more event.
function subscribe(socket: Client, request: Request): AsyncIterable<ExecutionResult> {
  const events = socket.iterate({ ...request, operationName: request.operationName ?? undefined });
  const iterator = {
    next: () => events.next().catch(explain),
    return: () => events.return?.() ?? Promise.resolve({ done: true, value: undefined }),
  };
  // GraphiQL's types ask for error objects, but it only prints them; over the wire they are plain JSON.
  return { [Symbol.asyncIterator]: () => iterator as AsyncIterator<ExecutionResult> };
}

function explain(problem: unknown): never {
  throw problem instanceof CloseEvent ? new Error(closed(problem)) : problem;
}

function closed({ code, reason }: CloseEvent): string {
  return `The live connection was closed: ${code} ${reason || '(no reason given)'}`;
}
