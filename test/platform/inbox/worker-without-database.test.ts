import { createServer, connect as openSocket, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, type Orm, serverOf } from '../../../src/platform/database/connect.ts';
import { storeDelivery } from '../../../src/platform/inbox/store-delivery.ts';
import { startInboxWorker } from '../../../src/platform/inbox/worker.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { addEffect, effects, movingClock, silent, source, store } from './inbox-bench.ts';

let database: TestDatabase;
let line: Line;
let orm: Orm;

/** A TCP line to MySQL that can be cut and mended. */
interface Line {
  url: string;
  cut(): void;
  mend(): Promise<void>;
}

async function openLine(url: string): Promise<Line> {
  const target = serverOf(url);
  const to = target.socketPath ? { path: target.socketPath } : { host: target.host, port: target.port };
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    const onward = openSocket(to);
    for (const end of [socket, onward]) sockets.add(end.on('error', () => undefined));
    socket.pipe(onward).pipe(socket);
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as { port: number };
  const address = new URL(url);
  address.searchParams.delete('socketPath');
  address.host = `127.0.0.1:${port}`;
  const cut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return { url: address.href, cut, mend: () => listen(port) };
}

beforeAll(async () => {
  database = await createTestDatabase();
  line = await openLine(database.appUrl);
  orm = await connect({ url: line.url, entities: [], poolSize: 6 });
});
afterAll(async () => {
  await orm.close(true);
  line.cut();
  await database.drop();
});

test('with the database away nothing counts as failed, and the worker goes on by itself when it is back', async () => {
  const clock = movingClock();
  const worker = startInboxWorker({
    orm,
    clock,
    log: silent,
    sources: [
      source(async (tx, delivery) => {
        await addEffect(tx, delivery.eventId!);
        if (delivery.eventId === 'evt_cut') line.cut();
        return { kind: 'done' };
      }),
    ],
  });
  const { inboxId } = await store(database.orm, 'evt_cut', clock.now());
  worker.wake();
  const refused = { eventKey: 'evt_2', eventType: 'a.b', eventId: null, payload: {}, sourceSystem: 'test' };
  await expect
    .poll(() => storeDelivery(orm, { ...refused, receivedAt: clock.now() }).catch((e) => e.name))
    .toBe('RetryLater');
  expect(await effects(database.orm)).toEqual([]);
  await database.admin.em
    .getConnection()
    .execute("UPDATE webhook_inbox SET event_id = 'evt_mended' WHERE inbox_id = ? AND attempts = 0", [inboxId]);
  await line.mend();
  await expect.poll(() => effects(database.orm)).toEqual(['evt_mended']);
  await worker.stop();
});
