import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SharedResults } from '../../../src/modules/careportals/kpis/shared-results.ts';

const at = (seconds: number) => new Date(seconds * 1_000);
/** A clock that stands. */
const clock = (seconds: number) => ({ now: () => at(seconds) });

/** Counts how often something is made. */
function maker() {
  const made = { count: 0, make: async () => ({ number: ++made.count }) };
  return made;
}

test('what is asked for within a minute is the same result, with the time at which it was made', async () => {
  const results = new SharedResults();
  const { make } = maker();
  expect(await results.get('a', clock(0), make)).toEqual({ number: 1, asOf: at(0) });
  expect(await results.get('a', clock(59), make)).toEqual({ number: 1, asOf: at(0) });
  expect(await results.get('b', clock(59), make)).toEqual({ number: 2, asOf: at(59) });
  expect(await results.get('a', clock(60), make)).toEqual({ number: 3, asOf: at(60) });
});

test('what is asked for while it is made is made once', async () => {
  const results = new SharedResults();
  const { make } = maker();
  const all = await Promise.all(Array.from({ length: 20 }, () => results.get('a', clock(0), make)));
  expect(new Set(all.map(({ number }) => number))).toEqual(new Set([1]));
});

test('a failure goes to all who wait for it and is not kept', async () => {
  const results = new SharedResults();
  const fail = () => Promise.reject(new Error('away'));
  const both = await Promise.allSettled([results.get('a', clock(0), fail), results.get('a', clock(0), fail)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await results.get('a', clock(0), maker().make)).toMatchObject({ number: 1 });
});

test('two are made at a time, and a failure lets the next in', async () => {
  const results = new SharedResults();
  let [running, most] = [0, 0];
  const make = async (n: number) => {
    most = Math.max(most, ++running);
    await pause(1);
    running -= 1;
    if (n % 3 === 0) throw new Error('away');
    return {};
  };
  await Promise.allSettled(Array.from({ length: 50 }, (_, n) => results.get(String(n), clock(0), () => make(n))));
  expect([running, most]).toEqual([0, 2]);
  expect(await results.get('last', clock(0), maker().make)).toMatchObject({ number: 1 });
});

test('what took long to make is shared for longer', async () => {
  const results = new SharedResults();
  let count = 0;
  const slow = async () => {
    await pause(2_100);
    return { number: ++count };
  };
  await results.get('a', clock(0), slow);
  expect(await results.get('a', clock(62), slow)).toMatchObject({ number: 1 });
});

test('no more than 500 results are kept, the newest', async () => {
  const results = new SharedResults();
  const { make } = maker();
  for (let n = 0; n <= 500; n++) await results.get(String(n), clock(0), make);
  expect(await results.get('500', clock(0), make)).toMatchObject({ number: 501 });
  expect(await results.get('0', clock(0), make)).toMatchObject({ number: 502 });
});

test('a result is as of when it was read, and shared for a minute from then: not from when somebody asked for it', async () => {
  const results = new SharedResults();
  let seconds = 0;
  const moving = { now: () => at(seconds) };
  const ends: (() => void)[] = [];
  const held = () => new Promise<object>((resolve) => ends.push(() => resolve({})));
  const before = [results.get('a', moving, held), results.get('b', moving, held)];
  const { make } = maker();
  const waited = results.get('c', moving, make);
  seconds = 120;
  for (const end of ends) end();
  await Promise.all(before);
  expect(await waited).toEqual({ number: 1, asOf: at(120) });
  seconds = 179;
  expect(await results.get('c', moving, make)).toEqual({ number: 1, asOf: at(120) });
  seconds = 180;
  expect(await results.get('c', moving, make)).toEqual({ number: 2, asOf: at(180) });
});

test('60 may wait for their turn; the next hears RETRY_LATER at once, and not who asks for what is made already', async () => {
  const results = new SharedResults();
  const ends: (() => void)[] = [];
  const held = () => new Promise<object>((resolve) => ends.push(() => resolve({})));
  const all = Array.from({ length: 62 }, (_, n) => results.get(String(n), clock(0), n < 2 ? held : maker().make));
  await expect(results.get('one more', clock(0), maker().make)).rejects.toMatchObject({
    extensions: { code: 'RETRY_LATER', retryAfterMs: 10_000 },
  });
  const same = results.get('61', clock(0), maker().make);
  for (const end of ends) end();
  await Promise.all(all);
  expect(await same).toMatchObject({ number: 1 });
  expect(await results.get('one more', clock(0), maker().make)).toMatchObject({ number: 1 });
});
