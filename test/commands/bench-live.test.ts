import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Audience, makeOrders, receiversOf, StatusWriter, TOPICS } from '../../src/bench/live/live-events.ts';
import { Receivers } from '../../src/bench/live/receivers.ts';
import { CLOSE, FrameReader, PING, TEXT } from '../../src/bench/live/web-socket-frames.ts';
import { missed, type Outcome } from '../../src/bench/report.ts';
import { openConnection } from '../../src/bench/stand.ts';
import { runBench } from '../kit/run-program.ts';
import { createTestApp, type TestApp } from '../kit/test-app.ts';

describe('the sockets of the live benchmark', () => {
  let server: TestApp;
  let db: Connection;
  let receivers: Receivers;
  let writer: StatusWriter;
  const publish = (numbers: readonly number[]) => writer.write(numbers);
  beforeAll(async () => {
    server = await createTestApp();
    db = await openConnection(server.database.adminUrl);
    await makeOrders(db);
    writer = await StatusWriter.open(db);
    receivers = await Receivers.open({ url: server.url, token: await server.token({ role: 'admin' }) }, 2 * TOPICS);
  });
  afterAll(async () => {
    receivers?.stop();
    await db?.end();
    await server?.stop();
  });

  async function deliver(audience: Audience, events: number) {
    await receivers.listen(audience, publish);
    receivers.begin();
    await writer.write(Array.from({ length: events }, (_, number) => number));
    await receivers.until(events * receiversOf(audience));
  }

  test('get what each of them wants, and one message less or more is found out', async () => {
    await deliver({ sockets: 2 * TOPICS, wanting: 'one each' }, 2.5 * TOPICS);
    expect(receivers.delivered).toBe(5 * TOPICS);
    expect(() => receivers.verify(2.5 * TOPICS)).not.toThrow();
    expect(() => receivers.verify(2.5 * TOPICS + 1)).toThrow('Socket 50 was to get 3 messages, and got 2.');
    expect(() => receivers.verify(2.5 * TOPICS - 1)).toThrow('Socket 49 was to get 2 messages, and got 3.');
  });

  test('are fewer when fewer are to listen, and all of them get everything', async () => {
    await deliver({ sockets: 10, wanting: 'all' }, 7);
    expect(receivers.delivered).toBe(70);
    expect(() => receivers.verify(7)).not.toThrow();
    expect(receivers.arrivals.numbers.toSorted((a, b) => a - b).slice(0, 11)).toEqual([...Array(10).fill(0), 1]);
  });
});

test('frames are told apart however their bytes are cut, and only those that are wanted are kept', () => {
  const sent = [
    { opcode: TEXT, payload: Buffer.from('short') },
    { opcode: PING, payload: Buffer.alloc(0) },
    { opcode: TEXT, payload: Buffer.alloc(200, 'm') },
    { opcode: TEXT, payload: Buffer.alloc(70_000, 'l') },
    { opcode: CLOSE, payload: Buffer.from([3, 232]) },
  ];
  const bytes = Buffer.concat(sent.map(({ opcode, payload }) => serverFrame(opcode, payload)));
  for (const step of [1, 2, 3, 7, 1_000, bytes.length]) {
    const read: unknown[] = [];
    let begun = 0;
    const frames = new FrameReader(
      () => begun++ % 2 === 0,
      (opcode, length, payload) => read.push([opcode, length, payload?.toString('latin1') ?? null]),
    );
    for (let at = 0; at < bytes.length; at += step) frames.read(Buffer.from(bytes.subarray(at, at + step)));
    const kept = sent.map(({ opcode, payload }, index) => {
      return [opcode, payload.length, index % 2 === 0 ? payload.toString('latin1') : null];
    });
    expect(read).toEqual(kept);
  }
});

/** As servers send it, in the shortest of the three forms of its length. */
function serverFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([opcode | 0x80, length]), payload]);
  const head = Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = opcode | 0x80;
  head[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

test('a trial that leaves its bounds is named with what it counted, and one without bounds never is', () => {
  const benchmark = { name: 'b', title: 'B', unit: 'step', start: () => Promise.reject(new Error('not started')) };
  const trials: Outcome['trials'] = [
    {
      name: 'memory',
      figures: { kbEach: 30.26, sockets: 5 },
      wanted: { kbEach: { atMost: 30 }, sockets: { atLeast: 5 } },
    },
    { name: 'gaps', figures: { fewest: 0 }, wanted: { fewest: { atLeast: 1, atMost: 1 }, never: { atMost: 9 } } },
    { name: 'free', figures: { kbEach: 1_000 } },
  ];
  expect(missed([{ benchmark, results: [], goals: [], trials }])).toEqual([
    'memory: kbEach 30.3; 30 at most is wanted.',
    'gaps: fewest 0; 1 at least, 1 at most is wanted.',
    'gaps: never NaN; 9 at most is wanted.',
  ]);
});

// A MySQL, two servers and their peers: with the full counts only.
describe.skipIf(process.env.LONG_TESTS === undefined)('npm run bench -- live', { timeout: 180_000 }, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cp-b-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  function bench(...args: string[]) {
    return runBench(folder, 'live', '--sockets', '100', ...args);
  }

  test('delivers in three ways what was checked to be the same, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await bench('--seconds', '0.1', '--rounds', '1', '--json').ended;
    expect([code, stderr]).toEqual([0, expect.stringContaining('trial: clients that do not read')]);
    const [live] = (JSON.parse(stdout) as { benchmarks: unknown[] }).benchmarks;
    const clients = [20, 20, 20, 20, 20, 100, 100, 100, 100, 100, 100];
    expect(live).toMatchObject({
      name: 'live',
      variants: clients.map((count) => ({ clients: count, perSecond: expect.any(Number) })),
      ratios: [{ figure: 'p99', atMost: 3 }, ...[0.8, 3, 0.8, 3, 0.45, 3].map((atLeast) => ({ atLeast }))],
      trials: [
        { sockets: 100, wanted: { kbEach: { atMost: 30 } } },
        { readers: 20, events: 300, fewestGaps: 1, mostGaps: 1 },
      ],
    });
    expect(await readdir(folder)).toEqual([]);
  });

  test('stops at Ctrl-C with nothing left behind', async () => {
    const started = bench();
    await new Promise<void>((resolve) => {
      let said = '';
      started.child.stderr?.on('data', (chunk) => {
        said += chunk;
        if (said.includes('warm-up: orderStatusChanged, to all')) resolve();
      });
      void started.ended.then(() => resolve());
    });
    started.child.kill('SIGINT');
    expect(await started.ended).toMatchObject({
      code: 130,
      stdout: '',
      stderr: expect.stringContaining('Interrupted'),
    });
    expect(await readdir(folder)).toEqual([]);
  });
});
