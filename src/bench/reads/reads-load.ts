import { HttpLine } from '../http-line.ts';
import { inTurn } from '../pace.ts';
import { type LoadRound, serveRounds } from '../serve-rounds.ts';
import type { Operation } from './operations.ts';
import { WAYS, type Way } from './way.ts';

/** What the process is started with. */
export interface ReadsLoadSettings {
  /** Of the servers, without a path. */
  urls: Record<Way, string>;
  token: string;
  /** Most clients, and connections to each. */
  clients: number;
  requests: Record<Operation['name'], { document: string; variables: Record<string, unknown>[] }>;
}

/** The first must be of no operations: it compares all answers of all servers, and refuses if one differs. */
export type ReadsRound = LoadRound & { way: Way; operation: Operation['name'] };

interface Sent {
  head: string;
  body: string;
}

const { urls, token, clients, requests } = JSON.parse(process.argv[2] ?? '') as ReadsLoadSettings;
const operations = Object.keys(requests) as Operation['name'][];
const lines = perWay((way) => Array.from({ length: clients }, () => new HttpLine(new URL(urls[way]))));
const sent = perWay((way) =>
  perOperation((name) => requests[name].variables.map((values) => toSend(way, name, values))),
);
/** How each answer begins, to the end of its data. */
const expected = perOperation<string[]>(() => []);
let round: ReadsRound = { way: 'limit', operation: 'A', clients: 0, operations: 0 };
let begun = 0;

serveRounds({
  async prepare(asked) {
    round = asked as ReadsRound;
    if (expected[round.operation].length === 0) for (const name of operations) await compare(name);
  },
  async act(client) {
    const number = begun++ % expected[round.operation].length;
    const text = await ask(round.way, round.operation, number, client);
    if (!text.startsWith(expected[round.operation][number] ?? '')) throw differs(round.way, round.operation, number);
  },
});

function perWay<T>(make: (way: Way) => T): Record<Way, T> {
  return Object.fromEntries(WAYS.map((way) => [way, make(way)])) as Record<Way, T>;
}

function perOperation<T>(make: (name: Operation['name']) => T): Record<Operation['name'], T> {
  return Object.fromEntries(operations.map((name) => [name, make(name)])) as Record<Operation['name'], T>;
}

/** The hand-written server has a route for each operation; the others get the document, as clients send it. */
function toSend(way: Way, name: Operation['name'], variables: Record<string, unknown>): Sent {
  const headers = `Host: bench\r\nAuthorization: Bearer ${token}`;
  if (way === 'limit') {
    const query = new URLSearchParams(variables as Record<string, string>);
    return { head: `GET /${name}?${query} HTTP/1.1\r\n${headers}`, body: '' };
  }
  const path = way === 'server' ? '/graphql' : '/';
  return {
    head: `POST ${path} HTTP/1.1\r\n${headers}\r\nContent-Type: application/json`,
    body: JSON.stringify({ operationName: name, query: requests[name].document, variables }),
  };
}

async function ask(way: Way, name: Operation['name'], number: number, client: number): Promise<string> {
  const request = sent[way][name][number];
  const line = lines[way][client];
  if (request === undefined || line === undefined) throw new Error('There is no such request or client.');
  const { status, text } = await line.send(request.head, request.body);
  if (status !== 200) throw new Error(`${way} answered ${name} with ${status}.`);
  return text;
}

/** Every answer of every server, byte for byte, before anything is measured. */
async function compare(name: Operation['name']): Promise<void> {
  let begun = 0;
  await inTurn({ clients, operations: requests[name].variables.length }, async (client) => {
    const number = begun++;
    for (const way of WAYS) {
      const data = dataOf(await ask(way, name, number, client));
      if (data === null) throw new Error(`${way} answers request ${number} of ${name} with errors, or not data first.`);
      expected[name][number] ??= data;
      if (data !== expected[name][number]) throw differs(way, name, number);
    }
  });
}

/** `{"data":…` to the end of the data; what follows it is the server's own. Null if it does not come first, or has errors. */
function dataOf(answer: string): string | null {
  const { data, errors } = JSON.parse(answer) as { data: unknown; errors?: unknown[] };
  const text = `{"data":${JSON.stringify(data)}`;
  return errors === undefined && answer.startsWith(text) ? text : null;
}

/** Without the answers: they speak of people, if only of fictional ones. */
function differs(way: Way, name: string, number: number): Error {
  return new Error(`${way} answers request ${number} of ${name} otherwise than ${WAYS[0]} does.`);
}
