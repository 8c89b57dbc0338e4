import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { developmentSecrets } from '../../src/platform/development-secrets.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cp-secrets-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('of many that begin at once in a new folder all have the same secrets, and nothing else stays', async () => {
  const all = await Promise.all(Array.from({ length: 40 }, () => developmentSecrets(folder)));
  expect(new Set(all.map(({ jwt }) => jwt)).size).toBe(1);
  expect(await readdir(folder)).toEqual(['development-secrets.json']);
  expect(await developmentSecrets(folder)).toEqual(all[0]);
});
