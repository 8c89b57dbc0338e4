import { toInstant } from '../../platform/database/instant.ts';
import { Prepared } from '../prepared.ts';
import { serveRounds } from '../serve-rounds.ts';
import type { WebhookSecrets } from '../server-process.ts';
import { openConnection } from '../stand.ts';
import { BARE_INSERT, bareRow } from './bare-row.ts';
import { sentDelivery } from './sent-delivery.ts';

/** What the process is started with. */
export interface BareLoadSettings {
  /** mysql:// address of an account that may write to the table. */
  url: string;
  secrets: WebhookSecrets;
  /** Most clients, and connections. */
  clients: number;
}

const { url, secrets, clients } = JSON.parse(process.argv[2] ?? '') as BareLoadSettings;
const connections = await Promise.all(Array.from({ length: clients }, () => openConnection(url)));
let number = 0;
const rows = new Prepared(() => bareRow(sentDelivery(number++, secrets), secrets));

serveRounds({
  prepare: (round) => rows.fill(round),
  act: async (client) => {
    const now = toInstant(new Date());
    await connections[client]?.query(BARE_INSERT, [...rows.take(), now, now]);
  },
});
