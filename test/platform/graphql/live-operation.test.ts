import { setTimeout as pause } from 'node:timers/promises';
import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import type { Context } from '../../../src/platform/context.ts';
import { RetryLater } from '../../../src/platform/database/transaction.ts';
import { LiveOperation } from '../../../src/platform/graphql/live-operation.ts';
import type { Outlet } from '../../../src/platform/graphql/outlet.ts';
import { SharedAnswers } from '../../../src/platform/graphql/shared-answers.ts';
import { type FeedEvent, Following, type Listening } from '../../../src/platform/live/following.ts';
import { createLog } from '../../../src/platform/log.ts';

interface Row {
  n: number;
  read?: () => Promise<string>;
}

const schema = buildSchema(
  'type Query { a: Int } type Subscription { ticked: Tick } type Tick { cursor: String, text: String }',
);
const document = parse('subscription { ticked { cursor text } }');

/** The answers of one audience, and how often each event was executed. */
function answering() {
  const executed: number[] = [];
  const ticked = (event: FeedEvent<Row>) => ({
    cursor: event.cursor,
    text: () => {
      if (event.kind !== 'CHANGE') return event.kind;
      executed.push(event.row.n);
      return event.row.read?.() ?? `tick ${event.row.n}`;
    },
  });
  const [type] = Object.values(schema.getSubscriptionType()?.getFields() ?? {});
  if (type) type.resolve = ticked;
  const context = () => ({ requestId: 'r' }) as Context;
  const answers = new SharedAnswers<Row>({ schema, document }, context, createLog('silent'));
  return { answers, executed };
}

/** A client that takes what it is sent when it is told to. */
function outlet() {
  const texts: string[] = [];
  const state = { waiting: 0, ended: '' };
  const sink: Outlet = {
    next: (text) => {
      texts.push((JSON.parse(text) as { data: { ticked: { text: string } } }).data.ticked.text);
      state.waiting += text.length;
    },
    reached: () => undefined,
    waiting: () => state.waiting,
    complete: () => {
      state.ended = 'completed';
    },
    fail: () => {
      state.ended = 'failed';
    },
  };
  return { sink, texts, state };
}

const tick = (n: number, read?: Row['read']): FeedEvent<Row> => ({ kind: 'CHANGE', cursor: `c${n}`, row: { n, read } });

/** A stream whose replay is these events, and then `before` the live part begins. */
function following(
  replayed: FeedEvent<Row>[] = [],
  before: () => Promise<unknown> = async () => undefined,
): { stream: Following<Row>; state: { ended: number; resumedFrom: string }; missed: FeedEvent<Row>[] } {
  const state = { ended: 0, resumedFrom: '' };
  const told = (): Listening<Row> => ({
    replay: (async function* () {
      yield* replayed;
      await before();
    })(),
    from: 'c0',
    liveFrom: 'c0',
    progress: false,
    end: () => state.ended++,
  });
  const missed: FeedEvent<Row>[] = [];
  const again = async (cursor: string): Promise<Following<Row>> => {
    state.resumedFrom = cursor;
    return following(missed.splice(0)).stream;
  };
  return { stream: new Following<Row>(told, again), state, missed };
}

function begin(answers: SharedAnswers<Row>, { stream } = following(), allowed = () => true) {
  const client = outlet();
  const operation = new LiveOperation(answers, stream, client.sink, allowed, () => undefined);
  return { operation, ...client };
}

const soon = { timeout: 30_000, interval: 5 };
const MEGABYTE = 1_024 * 1_024;

test('an event is executed once for all who are told it, and each gets it in its place', async () => {
  const { answers, executed } = answering();
  const clients = Array.from({ length: 50 }, () => begin(answers));
  await pause(5);
  const operations = clients.map(({ operation }) => operation);
  for (const n of [1, 2, 3]) answers.tell(tick(n), n === 2 ? operations.slice(0, 1) : operations);
  await answers.sent();
  expect(executed).toEqual([1, 2, 3]);
  expect(clients.map(({ texts }) => texts.length)).toEqual([3, ...Array<number>(49).fill(2)]);
  expect(clients[0]?.texts).toEqual(['tick 1', 'tick 2', 'tick 3']);
});

test('a slow answer holds back those after it, not out of order past it', async () => {
  const { answers } = answering();
  const { operation, texts } = begin(answers);
  await pause(5);
  const slow = Promise.withResolvers<string>();
  answers.tell(
    tick(1, () => slow.promise),
    [operation],
  );
  answers.tell(tick(2), [operation]);
  await pause(5);
  expect(texts).toEqual([]);
  slow.resolve('slow');
  await answers.sent();
  expect(texts).toEqual(['slow', 'tick 2']);
});

test('an event whose answer needs a database that is away waits for it, instead of being told as an error', async () => {
  const { answers, executed } = answering();
  const { operation, texts } = begin(answers);
  await pause(5);
  let tries = 0;
  const read = async () => {
    if (++tries < 3) throw new RetryLater(new Error('away'));
    return 'back';
  };
  answers.tell(tick(1, read), [operation]);
  await answers.sent();
  expect([texts, executed]).toEqual([['back'], [1, 1, 1]]);
});

test('what happens during the replay comes after it', async () => {
  const { answers } = answering();
  const { operation, texts } = begin(
    answers,
    following([tick(1), tick(2)], async () => {
      answers.tell(tick(3), [operation]);
      await answers.sent();
    }),
  );
  await expect.poll(() => texts, soon).toEqual(['tick 1', 'tick 2', 'tick 3']);
});

/** An operation that was told one tick, and whose client has taken nothing since. */
async function withTooMuchWaiting() {
  const { answers } = answering();
  const source = following();
  const { operation, texts, state } = begin(answers, source);
  await pause(5);
  answers.tell(tick(1), [operation]);
  await answers.sent();
  state.waiting = MEGABYTE + 1;
  return { answers, source, operation, texts, state };
}

test('a client that does not take what it is sent gets one GAP when it has taken the rest, and the end', async () => {
  const { answers, source, operation, texts, state } = await withTooMuchWaiting();
  for (const n of [2, 3, 4]) answers.tell(tick(n), [operation]);
  await answers.sent();
  await pause(700);
  expect([texts, state.ended, source.state.ended]).toEqual([['tick 1'], '', 1]);
  state.waiting = 0;
  await expect.poll(() => [texts, state.ended], soon).toEqual([['tick 1', 'GAP'], 'completed']);
});

test('one that takes what it was sent, but more happens than waits for it, is replayed the rest, and there is no GAP', async () => {
  const { answers, source, operation, texts, state } = await withTooMuchWaiting();
  source.missed.push(tick(2), tick(3));
  for (const n of [2, 3]) answers.tell(tick(n), [operation]);
  await answers.sent();
  state.waiting = 0;
  await expect.poll(() => texts, soon).toEqual(['tick 1', 'tick 2', 'tick 3']);
  await pause(60);
  answers.tell(tick(4), [operation]);
  await expect.poll(() => texts, soon).toEqual(['tick 1', 'tick 2', 'tick 3', 'tick 4']);
  expect([state.ended, source.state.resumedFrom]).toEqual(['', 'c1']);
});

test('one that does not read, and falls behind during its replay, gets all of the replay, then the GAP', async () => {
  const { answers } = answering();
  const { operation, texts, state } = begin(
    answers,
    following([tick(1), tick(2)], async () => {
      answers.tell(
        tick(3, async () => 'x'.repeat(MEGABYTE / 2)),
        [operation],
      );
      answers.tell(tick(4), [operation]);
      await answers.sent();
    }),
  );
  await expect.poll(() => texts, soon).toEqual(['tick 1', 'tick 2']);
  await pause(700);
  state.waiting = 0;
  await expect.poll(() => [texts, state.ended], soon).toEqual([['tick 1', 'tick 2', 'GAP'], 'completed']);
});

test('rows that were missed by the source end in a GAP, once', async () => {
  const { answers } = answering();
  const { operation, texts, state } = begin(answers);
  await pause(5);
  operation.lost();
  operation.lost();
  await expect.poll(() => [texts, state.ended], soon).toEqual([['GAP'], 'completed']);
});

test('nothing is sent on a token that is good no more, nor after the client has left', async () => {
  const { answers } = answering();
  let allowed = true;
  const expired = begin(answers, following(), () => allowed);
  const leaving = begin(answers);
  await pause(5);
  allowed = false;
  leaving.operation.leave();
  answers.tell(tick(1), [expired.operation, leaving.operation]);
  await answers.sent();
  expect([expired.texts, leaving.texts]).toEqual([[], []]);
});

test('a replay that breaks ends the operation with an error', async () => {
  const { answers } = answering();
  const broken = following([tick(1)], () => Promise.reject(new Error('broken')));
  const { state } = begin(answers, broken);
  await expect.poll(() => state.ended, soon).toBe('failed');
});
