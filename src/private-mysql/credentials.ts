import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { DataFolder } from './data-folder.ts';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

export const DATABASE = 'careportals_db';

/** The MySQL accounts, by what they are for. */
export const ACCOUNTS = {
  root: 'root',
  admin: 'careportals_admin',
  app: 'careportals_app',
  analyst: 'careportals_analyst',
  feed: 'careportals_feed',
} as const;

export type AccountName = keyof typeof ACCOUNTS;

/** The password of each account. */
export type Credentials = Readonly<Record<AccountName, string>>;

const shape = z.object({
  passwords: z.object({
    root: z.string(),
    admin: z.string(),
    app: z.string(),
    analyst: z.string(),
    feed: z.string(),
  }),
});

export function newCredentials(): Credentials {
  // base64url: needs no escaping in SQL, in a URL or in a shell.
  const password = () => randomBytes(24).toString('base64url');
  return { root: password(), admin: password(), app: password(), analyst: password(), feed: password() };
}

export async function writeCredentials(folder: DataFolder, credentials: Credentials): Promise<void> {
  await writePrivateJson(folder.credentials, { database: DATABASE, users: ACCOUNTS, passwords: credentials });
}

/** @throws if the file is missing or not ours, saying how to go on. */
export async function readCredentials(folder: DataFolder): Promise<Credentials> {
  const read = shape.safeParse(await readPrivateJson(folder.credentials));
  if (read.success) return read.data.passwords;
  throw new Error(
    `The passwords of the private MySQL are missing or incomplete: ${folder.credentials}. ` +
      'Put the file back, or start afresh (this deletes the data): npm run db:reset',
  );
}

/** mysql:// addresses. root and admin work over the socket only, the others over TCP on the loopback address. */
export type AccountUrls = Readonly<Record<AccountName, string>>;

export function accountUrls(credentials: Credentials, at: { socketPath: string; port: number }): AccountUrls {
  const local = (account: AccountName) =>
    `mysql://${ACCOUNTS[account]}:${credentials[account]}@localhost/${DATABASE}?socketPath=${encodeURIComponent(at.socketPath)}`;
  const tcp = (account: AccountName, database = DATABASE) =>
    `mysql://${ACCOUNTS[account]}:${credentials[account]}@127.0.0.1:${at.port}/${database}`;
  // The feed reads the binary log and may not enter a database.
  const feed = tcp('feed', '');
  return { root: local('root'), admin: local('admin'), app: tcp('app'), analyst: tcp('analyst'), feed };
}
