import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entities } from '../../../src/modules/careportals/tables.ts';
import { exportWorkbook } from '../../../src/modules/careportals/workbook/export/export-workbook.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { connect, type Orm } from '../../../src/platform/database/connect.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { compareRows } from './loading.ts';
import { folderForTest, people } from './small-workbook.ts';

let database: TestDatabase;
let orm: Orm;
let way: Way;
beforeAll(async () => {
  database = await createTestDatabase();
  const address = new URL(database.appUrl);
  way = new Way(address.hostname, Number(address.port));
  await way.open();
  address.hostname = '127.0.0.1';
  address.port = String(way.port);
  orm = await connect({ url: address.href, entities });
  await orm.em.getConnection().execute('SELECT 1');
});
afterAll(async () => {
  await orm?.close(true);
  way?.close();
  await database?.drop();
});

/** The way to MySQL, which can be closed and opened again. */
class Way {
  port = 0;
  readonly #to: [number, string];
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;

  constructor(host: string, port: number) {
    this.#to = [port, host];
  }

  async open(): Promise<void> {
    this.#server = createServer((socket) => {
      const other = dial(...this.#to);
      socket.pipe(other).pipe(socket);
      for (const one of [socket, other]) {
        this.#sockets.add(one);
        one.on('error', () => one.destroy());
      }
    }).listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  closeForAWhile(): void {
    this.close();
    setTimeout(() => void this.open(), 500);
  }
}

test.each<[string, () => Promise<unknown>]>([
  ['compare', () => compareRows({ ...database, orm }, people(2))],
  [
    'export',
    async () => {
      const path = join(await folderForTest(), 'away.xlsx');
      return exportWorkbook(orm, path, { replace: false, clock: systemClock });
    },
  ],
])('%s waits for a database that is away', async (_, work) => {
  way.closeForAWhile();
  await expect(work()).resolves.toBeDefined();
});
