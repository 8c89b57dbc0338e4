import { HttpLine } from '../http-line.ts';
import { Prepared } from '../prepared.ts';
import { serveRounds } from '../serve-rounds.ts';
import type { WebhookSecrets } from '../server-process.ts';
import { sentDelivery } from './sent-delivery.ts';

/** What the process is started with. */
export interface WebhookLoadSettings {
  /** Of the server, without a path. */
  url: string;
  secrets: WebhookSecrets;
  /** Most clients, and connections. */
  clients: number;
}

const { url, secrets, clients } = JSON.parse(process.argv[2] ?? '') as WebhookLoadSettings;
const { host } = new URL(url);
const lines = Array.from({ length: clients }, () => new HttpLine(new URL(url)));
let number = 0;
const requests = new Prepared(nextRequest);

serveRounds({
  prepare: async (round) => {
    requests.fill(round);
    // So that no delivery pays for opening its connection.
    await Promise.all(
      lines.slice(0, round.clients).map((line) => line.send(`GET /livez HTTP/1.1\r\nHost: ${host}`, '')),
    );
  },
  act: async (client) => {
    const { head, body } = requests.take();
    const { status, text } = await lineOf(client).send(head, body);
    if (status !== 200) throw new Error(`A delivery was answered with ${status}: ${text}`);
  },
});

function nextRequest(): { head: string; body: string } {
  const { path, headers, body } = sentDelivery(number++, secrets);
  const all = { Host: host, 'Content-Type': 'application/json', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return { head: [`POST ${path} HTTP/1.1`, ...lines].join('\r\n'), body };
}

function lineOf(client: number): HttpLine {
  const line = lines[client];
  if (line === undefined) throw new Error(`There is no connection for client ${client}.`);
  return line;
}
