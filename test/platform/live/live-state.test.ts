import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';

let database: TestDatabase;
let byLog: TestApp;
let byTail: TestApp;
beforeAll(async () => {
  database = await createTestDatabase();
  const start = (feedUrl: string) => createTestApp({ database, environment: { DATABASE_FEED_URL: feedUrl } });
  [byLog, byTail] = await Promise.all([start(database.feedUrl), start(database.appUrl)]);
});
afterAll(async () => {
  await Promise.all([byLog?.stop(), byTail?.stop()]);
  await database?.drop();
});

const words = { status: 'ok', database: 'ok', migrations: 'ok', live: 'ok' };
const lagMs = { orderStatus: expect.any(Number), subscriptionChange: expect.any(Number) };

async function readiness({ url }: TestApp, token?: string): Promise<unknown> {
  const headers = token === undefined ? undefined : { authorization: `Bearer ${token}` };
  return (await fetch(`${url}/readyz`, { headers })).json();
}

test('/readyz tells everybody in a word whether live events are up to date, and admins what they are read from', async () => {
  expect(await readiness(byLog)).toEqual(words);
  expect(await readiness(byLog, 'nonsense')).toEqual(words);
  expect(await readiness(byLog, await byLog.token({ role: 'support' }))).toEqual(words);
  const admin = await byLog.token({ role: 'admin' });
  expect(await readiness(byLog, admin)).toEqual({
    ...words,
    details: { live: { source: 'binary log', reason: null, lagMs } },
  });
  expect(await readiness(byTail, admin)).toEqual({
    ...words,
    details: { live: { source: 'tail read', reason: expect.stringContaining('REPLICATION SLAVE'), lagMs } },
  });
});

test('/metrics gives the lag of each feed with its source', async () => {
  const lagLines = async () => {
    const text = await (await fetch(`${byLog.url}/metrics`)).text();
    return text.split('\n').filter((line) => line.startsWith('careportals_live_lag_seconds{'));
  };
  expect((await lagLines()).map((line) => line.slice(0, line.indexOf('}') + 1))).toEqual([
    'careportals_live_lag_seconds{feed="orderStatus",source="binary log"}',
    'careportals_live_lag_seconds{feed="subscriptionChange",source="binary log"}',
  ]);
  await expect
    .poll(async () => Math.max(...(await lagLines()).map((line) => Number(line.split(' ').at(-1)))))
    .toBeLessThan(5);
});
