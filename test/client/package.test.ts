import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const built = join('dist', 'client');

/** As `npm ci` does; it also fails on whatever a browser does not have, since it knows no types of Node. */
beforeAll(async () => {
  await run(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', join('src', 'client')]);
});

test('careportals-graph/client is what the package offers', async () => {
  const program = 'import("careportals-graph/client").then((client) => console.log(Object.keys(client).join(" ")))';
  const { stdout } = await run(process.execPath, ['-e', program]);
  expect(stdout).toBe('LiveError followLive\n');
});

test('it needs no other package, and its types name only files of its own', async () => {
  const files = (await readdir(built)).filter((name) => /\.(js|d\.ts)$/.test(name));
  expect(files).toContain('index.d.ts');
  const texts = await Promise.all(files.map((name) => readFile(join(built, name), 'utf8')));
  const imported = texts.flatMap((text) => [...text.matchAll(/(?:from|import\() ?'([^']+)'/g)].map(([, name]) => name));
  expect(imported.length).toBeGreaterThan(5);
  expect(imported.filter((name) => !name?.startsWith('./'))).toEqual([]);
});
