import { expect, test } from 'vitest';
import { EventQueue } from '../../../src/platform/live/event-queue.ts';

function queueOf(limit: number) {
  let returned = 0;
  const queue = new EventQueue<number | 'overflow'>(
    limit,
    () => 'overflow',
    () => returned++,
  );
  return { queue, returned: () => returned };
}

/** What is read until the end, or until nothing more waits. */
async function readAll(queue: EventQueue<number | 'overflow'>) {
  const read: (number | 'overflow')[] = [];
  for await (const event of queue) read.push(event);
  return read;
}

test('what is pushed comes out in this order, whether it is waited for or waits', async () => {
  const { queue } = queueOf(10);
  const waiting = queue.next();
  for (const n of [1, 2, 3]) queue.push(n);
  expect(await waiting).toEqual({ value: 1, done: false });
  expect([(await queue.next()).value, (await queue.next()).value]).toEqual([2, 3]);
});

test('a full queue stays full', async () => {
  const { queue, returned } = queueOf(3);
  for (const n of [1, 2, 3]) queue.push(n);
  expect(returned()).toBe(0);
  expect([(await queue.next()).value, (await queue.next()).value, (await queue.next()).value]).toEqual([1, 2, 3]);
  queue.push(4);
  expect((await queue.next()).value).toBe(4);
});

test('one event too many leaves one notice, then the end; nothing is kept of what comes after', async () => {
  const { queue, returned } = queueOf(3);
  for (let n = 1; n <= 1_000; n++) queue.push(n);
  expect(await readAll(queue)).toEqual(['overflow']);
  queue.push(1_001);
  expect(await queue.next()).toEqual({ value: undefined, done: true });
  expect(returned()).toBe(1);
});

test('leaving ends a wait at once, and tells once that nobody listens', async () => {
  const { queue, returned } = queueOf(3);
  const waiting = queue.next();
  await queue.return();
  expect(await waiting).toEqual({ value: undefined, done: true });
  queue.push(1);
  await queue.return();
  expect(await queue.next()).toEqual({ value: undefined, done: true });
  expect(returned()).toBe(1);
});

test('leaving drops what waits', async () => {
  const { queue } = queueOf(3);
  queue.push(1);
  await queue.return();
  expect(await readAll(queue)).toEqual([]);
});
