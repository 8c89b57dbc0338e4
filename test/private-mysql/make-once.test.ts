import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPart } from './read-part.ts';

let base = '';
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'cp-make-'));
});
afterAll(() => rm(base, { recursive: true }));

function startMaker(folder: string, pause: number) {
  const program = join(import.meta.dirname, 'maker-process.ts');
  const child = spawn(process.execPath, [program, folder, `${folder}.count`, String(pause)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, closed: once(child, 'close') };
}

const makings = async (folder: string) => (await readFile(`${folder}.count`, 'utf8')).length;
const others = async (folder: string) =>
  (await readdir(join(folder, '..'))).filter((name) => name.includes('.making-') || name.includes('.lock'));

test('a maker killed in the middle leaves nothing that looks finished, and the next one repairs it', async () => {
  const folder = join(base, 'killed', 'made');
  const { child, closed } = startMaker(folder, 60_000);
  await mkdir(join(base, 'killed'), { recursive: true });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await closed;
  expect(existsSync(folder)).toBe(false);
  expect(await others(folder)).toHaveLength(2);

  await startMaker(folder, 0).closed;
  expect(await readPart(folder)).toBe('two');
  expect(await others(folder)).toEqual([]);
  expect(await makings(folder)).toBe(2);
});

test('of several makers at once one makes and the others wait for what it made', async () => {
  const folder = join(base, 'parallel', 'made');
  await mkdir(join(base, 'parallel'));
  const makers = Array.from({ length: 6 }, () => startMaker(folder, 300));
  await Promise.all(makers.map(({ closed }) => closed));
  expect(makers.map(({ child }) => child.exitCode)).toEqual(makers.map(() => 0));
  expect(await makings(folder)).toBe(1);
  expect(await others(folder)).toEqual([]);
});

test('many makers that find the lock of a dead one still make it once', async () => {
  const folder = join(base, 'stale', 'made');
  await mkdir(join(base, 'stale'));
  const dead = startMaker(folder, 60_000);
  await once(dead.child.stdout, 'data');
  dead.child.kill('SIGKILL');
  await dead.closed;
  await Promise.all(Array.from({ length: 6 }, () => startMaker(folder, 300).closed));
  expect(await makings(folder)).toBe(2);
  expect(await others(folder)).toEqual([]);
});

test('a finished folder that was damaged later is made again', async () => {
  const folder = join(base, 'damaged', 'made');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'first'), 'one');
  await startMaker(folder, 0).closed;
  expect(await readPart(folder)).toBe('two');
});
