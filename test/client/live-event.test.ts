import { describe, expect, test } from 'vitest';
import { followLive } from '../../src/client/index.ts';
import { QUERY } from './follow.ts';

const OPTIONS = { url: 'ws://127.0.0.1:1', token: '', query: QUERY, onEvent() {}, onGap() {}, onError() {} };

describe('an operation', () => {
  test.each([
    ['no cursor', QUERY.replace('cursor', ''), /lacks cursor\./],
    ['no kind and no number', QUERY.replace('kind updateId', ''), /lacks kind, updateId or logId\./],
    ['no place for the cursor', QUERY.replace('after: $after, ', ''), /after: \$after, progress: true/],
    ['no word of its progress', QUERY.replace(', progress: true', ''), /after: \$after, progress: true/],
  ])('with %s is refused at once, and what to add is said', (_what, query, message) => {
    expect(() => followLive({ ...OPTIONS, query })).toThrow(message);
  });

  test('whose variables have the cursor is refused at once', () => {
    expect(() => followLive({ ...OPTIONS, variables: { after: null } })).toThrow(/option `after`/);
  });
});
