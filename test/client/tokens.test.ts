import { describe, expect, test } from 'vitest';
import { followScript, type Told } from './follow.ts';
import { type ScriptedServer, upTo } from './scripted-server.ts';

let server: ScriptedServer;
let told: Told;

async function followed(...args: Parameters<typeof followScript>): Promise<Told> {
  [server, told] = await followScript(...args);
  return told;
}

describe('a token', () => {
  test('is asked for at each connection; a new one is asked for when one expires', async () => {
    const refused: (string | null)[] = [];
    const { atLeast, failures } = await followed(upTo(1), {
      token: async (old) => `token-${refused.push(old)}`,
    });
    await atLeast(1);
    server.script = upTo(2);
    server.close(4403);
    await atLeast(2);
    server.script = upTo(3);
    server.close();
    await atLeast(3);
    expect(server.tokens).toEqual(['token-1', 'token-2', 'token-3']);
    expect(refused).toEqual([null, 'token-1', null]);
    expect(failures).toEqual([]);
  });

  test('that is a text and is refused ends it', async () => {
    const { failure } = await followed(upTo(1));
    server.admits = () => false;
    expect(await failure()).toMatchObject({ code: 'TOKEN_REFUSED' });
    expect(server.tokens).toEqual(['a-token']);
    expect(told.states).toEqual(['connecting']);
  });

  test('that expires is followed by another, however often', async () => {
    let asked = 0;
    const { atLeast, failures } = await followed(upTo(1), {
      token: () => {
        asked += 1;
        return `token-${asked}`;
      },
    });
    for (let number = 1; number < 8; number++) {
      await atLeast(number);
      server.script = upTo(number + 1);
      server.close(4403);
    }
    await atLeast(8);
    expect({ asked, failures }).toEqual({ asked: 8, failures: [] });
  });

  test('that was refused is not sent again, and ends it if there is no other', async () => {
    let asked = 0;
    const { failure } = await followed(upTo(1), {
      token: () => {
        asked += 1;
        return 'an-old-token';
      },
    });
    server.admits = () => false;
    expect(await failure()).toMatchObject({ code: 'TOKEN_REFUSED' });
    expect({ asked, sent: server.tokens }).toEqual({ asked: 5, sent: ['an-old-token'] });
  });

  test('that cannot be had now is asked for again', async () => {
    let asked = 0;
    const { atLeast, failures } = await followed(upTo(1), {
      token: () => {
        asked += 1;
        if (asked < 4) throw new Error('offline');
        return 'a-token';
      },
    });
    await atLeast(1);
    expect(failures).toEqual([]);
  });
});
