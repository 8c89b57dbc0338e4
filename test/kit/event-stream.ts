import { type ClientRequest, type IncomingMessage, request } from 'node:http';

export interface StreamEvent {
  event?: string;
  id?: string;
  data?: string;
  retry?: string;
}

/** A request for an event stream. A connection of its own, so that it can stop reading. */
export interface EventStream {
  response: IncomingMessage;
  /** What came so far; comments are left out. */
  events: StreamEvent[];
  /** The results of its `next` events. */
  results<Data = Record<string, unknown>>(): { data?: Data | null; errors?: { extensions: { code: string } }[] }[];
  /** Resolves when the server ends it: with true if it said `complete`. */
  ended: Promise<boolean>;
  /** The body of an answer that is no stream. */
  body(): Promise<string>;
  leave(): void;
}

export interface StreamAsked {
  token?: string | null;
  query: string;
  variables?: object;
  operationName?: string;
  lastEventId?: string;
  method?: string;
  headers?: Record<string, string | undefined>;
}

/** @param server its address, e.g. `http://127.0.0.1:40123` */
export async function openStream(server: string, asked: StreamAsked): Promise<EventStream> {
  const sent = send(server, asked);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve).on('error', reject);
  });
  const events: StreamEvent[] = [];
  let text = '';
  let rest = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) if (!block.startsWith(':')) events.push(fieldsOf(block));
  });
  const closed = new Promise<void>((resolve) => response.on('close', resolve).on('error', () => undefined));
  return {
    response,
    events,
    results: () => events.flatMap(({ event, data }) => (event === 'next' ? [JSON.parse(data ?? '')] : [])),
    ended: closed.then(() => events.at(-1)?.event === 'complete'),
    body: () => closed.then(() => text),
    leave: () => sent.destroy(),
  };
}

function send(server: string, asked: StreamAsked): ClientRequest {
  const { token, query, variables, operationName, lastEventId, method = 'POST', headers } = asked;
  const inBody = method === 'POST';
  const given = Object.entries({
    accept: 'text/event-stream',
    'content-type': inBody ? 'application/json' : undefined,
    authorization: token == null ? undefined : `Bearer ${token}`,
    'last-event-id': lastEventId,
    ...headers,
  }).filter(([, value]) => value !== undefined);
  const inUrl = new URLSearchParams({ query, variables: JSON.stringify(variables ?? null) });
  const address = `${server}/graphql/stream${inBody ? '' : `?${inUrl}`}`;
  const sent = request(address, { method, agent: false, headers: Object.fromEntries(given) });
  return sent.end(inBody ? JSON.stringify({ query, variables, operationName }) : undefined);
}

function fieldsOf(block: string): StreamEvent {
  return Object.fromEntries(
    block.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
    }),
  );
}
