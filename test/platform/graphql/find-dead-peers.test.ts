import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { findDeadPeers } from '../../../src/platform/graphql/find-dead-peers.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const close of closing.splice(0)) close();
});

/** A server whose seconds pass when it is told so. */
async function server() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const stop = findDeadPeers(sockets);
  closing.push(stop, () => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  });
  await once(sockets, 'listening');
  const { port } = sockets.address() as AddressInfo;
  const join = async (options: { autoPong: boolean }) => {
    const client = new WebSocket(`ws://127.0.0.1:${port}`, options);
    const [[peer]] = (await Promise.all([once(sockets, 'connection'), once(client, 'open')])) as [[WebSocket], unknown];
    return { client, peer };
  };
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 10) {
      vi.advanceTimersByTime(10_000);
      await pause(20);
    }
  };
  return { join, pass };
}

test('a peer that does not answer is cut off within thirty seconds, and one that does stays', async () => {
  const { join, pass } = await server();
  const [dead, alive] = [await join({ autoPong: false }), await join({ autoPong: true })];
  await pass(30);
  expect([dead.peer.readyState, alive.peer.readyState]).toEqual([WebSocket.CLOSED, WebSocket.OPEN]);
  await pass(120);
  expect(alive.peer.readyState).toBe(WebSocket.OPEN);
});

test('one that has yet to take what it was sent has five minutes', async () => {
  const { join, pass } = await server();
  const { client, peer } = await join({ autoPong: true });
  client.pause();
  // More than what the system takes for a client that does not read.
  for (let i = 0; i < 100 && peer.bufferedAmount === 0; i++) {
    peer.send(Buffer.alloc(1_024 * 1_024));
    await pause(1);
  }
  expect(peer.bufferedAmount).toBeGreaterThan(0);
  await pass(120);
  expect(peer.readyState).toBe(WebSocket.OPEN);
  await pass(200);
  expect(peer.readyState).toBe(WebSocket.CLOSED);
});
