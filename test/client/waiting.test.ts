import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { follow, QUERY, type Told } from './follow.ts';
import { PlayedSocket } from './played-socket.ts';

let told: Told;
let sockets: PlayedSocket[];

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
});

afterEach(() => {
  told.live.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Follows over sockets without a network, and gives the first one, which is not open yet. */
async function begin(options: Parameters<typeof follow>[1] = {}): Promise<PlayedSocket> {
  class Socket extends PlayedSocket {
    constructor() {
      super();
      sockets.push(this);
    }
  }
  told = follow('ws://played', { webSocket: Socket, longestWaitMs: undefined, ...options });
  await vi.advanceTimersByTimeAsync(1);
  return newest();
}

const newest = () => sockets.at(-1) as PlayedSocket;
const counts = () => ({ made: sockets.length, open: sockets.filter(({ readyState }) => readyState < 2).length });
const anotherOne = { made: 2, open: 1 };
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);
const change = { cursor: 'c1', kind: 'CHANGE', updateId: '1' };

describe('a server', () => {
  test('that falls silent is left within 30 seconds, and another connection made', async () => {
    const socket = await begin();
    socket.open();
    await seconds(30);
    expect(socket.sent).toEqual(['connection_init', 'subscribe', 'ping']);
    expect(counts()).toEqual(anotherOne);
  });

  test('that never lets the connection open is left as well', async () => {
    await begin();
    await seconds(30);
    expect(counts()).toEqual(anotherOne);
  });

  test('that fails with an error and no close, as seen from Node 22, is tried again, once', async () => {
    const socket = await begin();
    socket.fail();
    socket.lose();
    await seconds(0.5);
    expect(counts()).toEqual(anotherOne);
  });

  test('that was left and wakes up is not heard any more', async () => {
    const socket = await begin();
    socket.open();
    await seconds(30);
    socket.next('1', change);
    expect(told.numbers).toEqual([]);
  });

  test('that answers when it is asked is kept', async () => {
    const socket = await begin();
    socket.open();
    for (let round = 0; round < 12; round++) {
      await seconds(10);
      socket.say({ type: 'pong' });
    }
    expect(counts().made).toBe(1);
    expect(socket.sent.filter((type) => type === 'ping')).toHaveLength(12);
  });

  test('that asks is answered', async () => {
    const socket = await begin();
    socket.open();
    socket.say({ type: 'ping' });
    expect(socket.sent.at(-1)).toBe('pong');
  });

  test('that speaks something else is given up', async () => {
    const socket = await begin();
    socket.onmessage?.({ data: '<html>' } as never);
    expect(told.failures).toMatchObject([{ code: 'CONNECTION_REFUSED', message: /not graphql-transport-ws/ }]);
  });
});

describe('waits between tries', () => {
  test('double up to 30 seconds, and any time below is as likely', async () => {
    const waits: number[] = [];
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    await begin();
    while (waits.length < 9) {
      const [before, made] = [Date.now(), sockets.length];
      newest().lose();
      while (sockets.length === made) await vi.advanceTimersByTimeAsync(10);
      waits.push(Date.now() - before);
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  });

  test.each([
    ['after something new', 1, () => newest().next('1', change)],
    ['after it was live for ten seconds', 1, () => progress(2)],
    ['but not when it is live just now', 0, () => progress(1)],
  ])('begin small again %s', async (_when, madeSoon, hold) => {
    vi.spyOn(Math, 'random').mockReturnValue(0.99);
    await begin();
    for (let round = 0; round < 5; round++) {
      newest().lose();
      await seconds(30);
    }
    newest().open();
    hold();
    const { made } = counts();
    newest().lose();
    await seconds(0.5);
    expect(counts().made - made).toBe(madeSoon);
  });

  function progress(times: number): void {
    for (let time = 0; time < times; time++) newest().next('1', { cursor: 'c1', kind: 'PROGRESS', updateId: null });
  }
});

describe('an operation that is to begin again', () => {
  test('is ended first', async () => {
    const socket = await begin();
    socket.open();
    socket.next('1', { cursor: 'c9', kind: 'GAP', updateId: null });
    await seconds(1);
    expect(socket.sent).toEqual(['connection_init', 'subscribe', 'complete', 'subscribe']);
  });

  test('waits for the next connection if this one is lost meanwhile', async () => {
    const socket = await begin();
    socket.open();
    socket.say({ id: '1', type: 'complete' });
    socket.lose();
    await seconds(5);
    newest().open();
    expect(told.states).toEqual(['connecting', 'waiting', 'waiting', 'connecting']);
    expect(newest().sent).toEqual(['connection_init', 'subscribe']);
  });
});

describe('changes of subscriptions', () => {
  test('are told apart by logId', async () => {
    const cursors: string[] = [];
    const query = QUERY.replace('orderStatusChanged', 'subscriptionChanged').replace('updateId', 'logId');
    const socket = await begin({ query, onEvent: (_event, cursor) => cursors.push(cursor) });
    socket.open();
    for (const number of [1, 2, 1, 3])
      socket.next('1', { cursor: `c${number}`, kind: 'CHANGE', logId: String(number) });
    expect(cursors).toEqual(['c1', 'c2', 'c3']);
  });
});

describe('stop', () => {
  test('leaves no timer, wherever it is called', async () => {
    const socket = await begin({ onConnection: (state) => state === 'waiting' && told.live.stop() });
    socket.open();
    socket.lose();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('hides nothing that a handler then throws', async () => {
    const socket = await begin({
      onEvent: () => {
        told.live.stop();
        throw new Error('of the application');
      },
    });
    socket.open();
    expect(() => socket.next('1', change)).toThrow('of the application');
    expect(told.failures).toEqual([]);
  });
});
