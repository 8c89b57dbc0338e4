import type { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import * as ws from 'ws';
import { nextFrame } from '../../../src/platform/graphql/next-frame.ts';

/** The reading side of `ws`, which its types do not show. */
const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable };

/** What a WebSocket client makes of the bytes. */
function received(...frames: Buffer[][]): Promise<unknown[]> {
  const messages: unknown[] = [];
  return new Promise((resolve, reject) => {
    const receiver = new Receiver({ isServer: false });
    receiver.on('message', (data: Buffer) => {
      if (messages.push(JSON.parse(String(data))) === frames.length) resolve(messages);
    });
    receiver.on('error', reject);
    for (const part of frames.flat()) receiver.write(part);
  });
}

const idOf = (id: string) => Buffer.from(JSON.stringify(id));

test.each([0, 60, 70, 200, 65_000, 65_536, 200_000])('an answer with %i characters arrives whole', async (length) => {
  const payload = { data: 'ü'.repeat(length) };
  const [message] = await received(nextFrame(JSON.stringify(payload), idOf('1')));
  expect(message).toEqual({ id: '1', type: 'next', payload });
});

test('whoever gets the same answer gets it under the own id', async () => {
  const ids = ['1', '2', 'ä', '"', '68b0c4c5-7f3e-4d8f-9c37-3d1f6b8a2e10', '11111111-7f3e-4d8f-9c37-3d1f6b8a2e10'];
  const texts = ['{"data":1}', '{"data":2}'];
  const frames = texts.flatMap((text) => ids.map((id) => nextFrame(text, idOf(id))));
  const expected = texts.flatMap((text) =>
    ids.map((id) => ({ id, type: 'next', payload: JSON.parse(text) as unknown })),
  );
  expect(await received(...frames)).toEqual(expected);
});
