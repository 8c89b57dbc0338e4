import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compileOnce } from '../src/compile-once.ts';

const ROOT = join(import.meta.dirname, '..');
const ONE = 'export const one: number = 1;\n';
const TWO = 'export const one: number = 2;\n';
const WRONG = 'export const one: string = 1;\n';

/** Of options only what is quick. */
const TSCONFIG = {
  compilerOptions: { module: 'nodenext', types: [], rootDir: '.', outDir: 'dist', incremental: true },
  include: ['src', 'migrations'],
};

describe('compiling once', () => {
  let project: string;
  const at = (name: string) => join(project, name);
  const source = () => at('src/one.ts');
  const compiled = () => readFile(at('dist/src/one.js'), 'utf8');

  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'cp-compile-'));
    for (const folder of ['src', 'migrations']) await mkdir(at(folder));
    const options = { ...TSCONFIG.compilerOptions, tsBuildInfoFile: 'dist/.tsbuildinfo' };
    await writeFile(at('tsconfig.build.json'), JSON.stringify({ ...TSCONFIG, compilerOptions: options }));
    for (const name of ['tsconfig.json', 'package-lock.json']) await writeFile(at(name), '{}');
    await writeFile(at('package.json'), '{"type":"module"}');
    await symlink(join(ROOT, 'node_modules'), at('node_modules'));
  });
  afterAll(() => rm(project, { recursive: true, force: true }));
  beforeEach(async () => {
    await writeFile(source(), ONE);
    await compileOnce(project);
  });

  test('the compiler runs once for the same sources, though they were checked out again', async () => {
    await utimes(source(), new Date(), new Date());
    expect(await compileOnce(project)).toBe(false);
    expect(await compiled()).toContain('one = 1');
  });

  test('a text of the same length and time is noticed', async () => {
    const { atime, mtime } = await stat(source());
    await writeFile(source(), TWO);
    await utimes(source(), atime, mtime);
    expect(await compileOnce(project)).toBe(true);
    expect(await compiled()).toContain('one = 2');
  });

  test('a file that came, moved or went is noticed, and so are other options and packages', async () => {
    const steps = [
      () => cp(source(), at('src/more.ts')),
      () => rename(at('src/more.ts'), at('migrations/more.ts')),
      () => rm(at('migrations/more.ts')),
      () => writeFile(at('tsconfig.json'), '{ }'),
      () => writeFile(at('package-lock.json'), '{ }'),
    ];
    for (const step of steps) {
      await step();
      expect(await compileOnce(project), String(step)).toBe(true);
      expect(await compileOnce(project), String(step)).toBe(false);
    }
  });

  test('after an error nothing counts as compiled, not even what was before', async () => {
    await writeFile(source(), WRONG);
    for (const _ of ['once', 'again'])
      await expect(compileOnce(project)).rejects.toThrow(/src\/one\.ts.*do not compile/s);
    await writeFile(source(), ONE);
    expect(await compileOnce(project)).toBe(true);
    expect(await compiled()).toContain('one = 1');
  });

  test("what somebody else's compiler wrote over dist is noticed", async () => {
    await writeFile(source(), TWO);
    const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    await promisify(execFile)(process.execPath, [compiler, '-p', at('tsconfig.build.json')]);
    await writeFile(source(), ONE);
    expect(await compileOnce(project)).toBe(true);
    expect(await compiled()).toContain('one = 1');
  });

  test('of several at once one compiles, and none returns before dist is whole', async () => {
    await writeFile(source(), TWO);
    const ran = await Promise.all(
      ['a', 'b', 'c'].map(async () => {
        const did = await compileOnce(project);
        expect(await compiled()).toContain('one = 2');
        return did;
      }),
    );
    expect(ran.filter(Boolean)).toHaveLength(1);
  });
});
