import { GraphQLError } from 'graphql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { followScript, SOON, type Told } from './follow.ts';
import {
  answers,
  answersAndEnd,
  change,
  gap,
  progress,
  refusal,
  type ScriptedServer,
  scriptedServer,
  upTo,
} from './scripted-server.ts';

let server: ScriptedServer;
let told: Told;

async function followed(...args: Parameters<typeof followScript>): Promise<Told> {
  [server, told] = await followScript(...args);
  return told;
}

const afters = () => server.asked.map(({ after }) => after);

describe('a connection that is lost', () => {
  test.each([undefined, 1000, 1001, 1011, 1012, 1013, 4408, 4500, 4504])(
    'with %s is made again, and the feed goes on from the last cursor',
    async (code) => {
      const { numbers, gaps, failures, atLeast } = await followed(upTo(3));
      await atLeast(3);
      server.script = upTo(5);
      server.close(code);
      await atLeast(5);
      expect(numbers).toEqual([1, 2, 3, 4, 5]);
      expect(afters()).toEqual([null, 'c3']);
      expect({ gaps, failures, open: server.open() }).toEqual({ gaps: [], failures: [], open: 1 });
    },
  );

  test.each([1002, 1008, 1009, 4400, 4401, 4406, 4409, 4429])(
    'with %i stays lost, since another try would end alike',
    async (code) => {
      const { atLeast, failure } = await followed(upTo(1));
      await atLeast(1);
      server.close(code);
      expect(await failure()).toMatchObject({ name: 'LiveError', code: 'CONNECTION_REFUSED', cause: { code } });
      expect(server.tokens).toHaveLength(1);
    },
  );

  test('sends the variables again each time, and begins where it is told to', async () => {
    const { atLeast } = await followed(upTo(8), { after: 'c6', variables: { filter: { orderIds: ['9'] } } });
    await atLeast(2);
    server.close();
    await expect.poll(() => server.asked.length, SOON).toBe(2);
    expect(server.asked.map(({ variables }) => variables)).toEqual([
      { filter: { orderIds: ['9'] }, after: 'c6' },
      { filter: { orderIds: ['9'] }, after: 'c8' },
    ]);
  });

  test('before anything happened loses nothing: the feed says where it is', async () => {
    const { numbers, states } = await followed(() => answers(progress('c6')));
    await expect.poll(() => states, SOON).toEqual(['connecting', 'live']);
    server.script = () => answers(change(7), progress('c7'));
    server.close();
    await expect.poll(() => states, SOON).toEqual(['connecting', 'live', 'waiting', 'connecting', 'live']);
    expect({ numbers, afters: afters() }).toEqual({ numbers: [7], afters: [null, 'c6'] });
  });

  test('is live again when all that was missed has been told', async () => {
    const order: string[] = [];
    await followed(() => answers(change(1), progress('c1'), progress('c1'), change(2)), {
      onEvent: ({ updateId }) => order.push(updateId),
      onConnection: (state) => order.push(state),
    });
    await expect.poll(() => order, SOON).toEqual(['connecting', '1', 'live', '2']);
  });

  test('that nobody answers is tried again and again', async () => {
    const { states, atLeast } = await followed(() => answers(change(1)));
    const { url } = server;
    await server.stop();
    await expect.poll(() => states.filter((state) => state === 'waiting').length, SOON).toBeGreaterThan(8);
    const second = await scriptedServer(() => answers(change(2)), Number(new URL(url).port));
    onTestFinished(() => second.stop());
    await atLeast(1);
  });
});

describe('what is repeated', () => {
  test('on a new connection is told once, and its cursors count', async () => {
    const { numbers, atLeast } = await followed(() => answers(change(1), change(2), change(3)));
    await atLeast(3);
    server.script = () => answers(change(2), change(3), change(4), change(2));
    server.close();
    await atLeast(4);
    await expect.poll(() => told.live.cursor, SOON).toBe('c2');
    expect(numbers).toEqual([1, 2, 3, 4]);
  });
});

describe('a GAP', () => {
  test('is told once, and the feed goes on from its cursor on the same socket', async () => {
    const { numbers, gaps, atLeast } = await followed(({ after }) =>
      after === null ? answersAndEnd(change(1), gap('c4')) : answers(change(5)),
    );
    await atLeast(2);
    expect({ numbers, gaps }).toEqual({ numbers: [1, 5], gaps: ['c4'] });
    expect(afters()).toEqual([null, 'c4']);
    expect(server.tokens).toHaveLength(1);
  });

  test('ends the operation also where the server does not', async () => {
    const { numbers, atLeast } = await followed(({ after }) =>
      after === null ? answers(change(1), gap('c4'), change(2)) : answers(change(5)),
    );
    await atLeast(2);
    expect(numbers).toEqual([1, 5]);
  });
});

describe('an operation', () => {
  test('that the server ends begins again from the cursor', async () => {
    const { numbers, atLeast } = await followed(({ after }) =>
      after === null ? answersAndEnd(change(1)) : answers(change(2)),
    );
    await atLeast(2);
    expect(numbers).toEqual([1, 2]);
    expect(server.tokens).toHaveLength(1);
  });

  test.each(['RETRY_LATER', 'INTERNAL_SERVER_ERROR'])('that is answered %s begins again', async (code) => {
    const { atLeast, gaps } = await followed(() => refusal(code), { after: 'c0' });
    await expect.poll(() => server.asked.length, SOON).toBeGreaterThan(3);
    server.script = upTo(1);
    await atLeast(1);
    expect(gaps).toEqual([]);
  });

  test.each(['INVALID_CURSOR', 'FORBIDDEN', 'GRAPHQL_VALIDATION_FAILED'])(
    'that is answered %s is given up, with the words of the server',
    async (code) => {
      const { failure } = await followed(() => refusal(code));
      const error = await failure();
      expect(error).toMatchObject({ code: 'OPERATION_REFUSED', cause: [{ extensions: { code } }] });
      expect(error.message).toContain(`It is ${code}.`);
      await expect.poll(() => server.open(), SOON).toBe(0);
    },
  );

  test('may rename its field, but nothing that is needed to follow', async () => {
    const event = { cursor: 'c1', kind: 'CHANGE', updateId: '1' };
    const { numbers, failure } = await followed(() =>
      answers({ data: { moved: event } }, { data: { moved: { cursor: 'c2', kind: 'CHANGE', number: '2' } } }),
    );
    expect((await failure()).message).toMatch(/Select cursor, kind and updateId or logId under these names/);
    expect(numbers).toEqual([1]);
    expect(told.live.cursor).toBe('c1');
  });
});

describe('errors', () => {
  test('beside an event are handed on with it', async () => {
    const error = new GraphQLError('not now', { path: ['orderStatusChanged', 'order'] });
    const { errorsBeside, atLeast } = await followed(() => answers({ ...change(1), errors: [error] }, change(2)));
    await atLeast(2);
    expect(errorsBeside).toEqual([[{ message: 'not now', path: ['orderStatusChanged', 'order'] }], []]);
  });

  test('in place of an event that may pass begin again before it, and nothing after it is told too soon', async () => {
    const [broken] = refusal('INTERNAL_SERVER_ERROR');
    let asked = 0;
    const { numbers, atLeast } = await followed((whole) => {
      asked += 1;
      if (asked > 1) return upTo(3)(whole);
      return answers(change(1), { data: null, errors: [broken as GraphQLError] }, change(3));
    });
    await atLeast(3);
    expect(numbers).toEqual([1, 2, 3]);
    expect(afters()).toEqual([null, 'c1']);
  });
});

describe('a handler that throws', () => {
  test('ends it and is told; its event does not count as handled', async () => {
    const seen: string[] = [];
    const { failure } = await followed(upTo(3), {
      onEvent: ({ updateId }) => {
        seen.push(updateId);
        if (updateId === '2') throw new Error('of the application');
      },
    });
    const error = await failure();
    expect(error).toMatchObject({ code: 'HANDLER_FAILED', cause: { message: 'of the application' } });
    expect({ seen, cursor: told.live.cursor }).toEqual({ seen: ['1', '2'], cursor: 'c1' });
  });
});

describe('stop', () => {
  test('in a handler is the end, though more has come already', async () => {
    const { numbers, states } = await followed(upTo(50), {
      onEvent: ({ updateId }) => {
        numbers.push(Number(updateId));
        if (numbers.length === 2) told.live.stop();
      },
    });
    await expect.poll(() => [server.asked.length, server.open()], SOON).toEqual([1, 0]);
    expect({ numbers, states, cursor: told.live.cursor }).toEqual({
      numbers: [1, 2],
      states: ['connecting'],
      cursor: 'c2',
    });
  });

  test('while the token is awaited opens nothing', async () => {
    const token = Promise.withResolvers<string>();
    const { states, live } = await followed(upTo(1), { token: () => token.promise });
    await expect.poll(() => states, SOON).toEqual(['connecting']);
    live.stop();
    token.resolve('a-token');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([states, server.tokens]).toEqual([['connecting'], []]);
  });

  test('while the token is awaited is not followed by why there is none', async () => {
    const token = Promise.withResolvers<string>();
    const { states, live } = await followed(upTo(1), { token: () => token.promise });
    await expect.poll(() => states, SOON).toEqual(['connecting']);
    live.stop();
    token.reject(new Error('offline'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(states).toEqual(['connecting']);
  });

  test('while it waits for another try ends the tries', async () => {
    const { states, live } = await followed(upTo(1), {
      longestWaitMs: 1,
      url: 'ws://127.0.0.1:1',
      onConnection: (state) => {
        states.push(state);
        if (state === 'waiting') live.stop();
      },
    });
    await expect.poll(() => states, SOON).toEqual(['connecting', 'waiting']);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(states).toEqual(['connecting', 'waiting']);
  });
});
