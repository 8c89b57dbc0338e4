import { readFile, stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../kit/run-program.ts';
import { Folder } from '../platform/xlsx/hand-made.ts';

const folder = new Folder();
beforeAll(() => folder.open());
afterAll(() => folder.close());

const workbook = (...args: string[]) => runProgram('commands/workbook', args, {}).ended;

describe('npm run workbook', { timeout: 60_000 }, () => {
  test('writes the workbook and its two lists for the owner alone, says what an import has to find, and replaces none', async () => {
    const { code, stdout, stderr } = await workbook(folder.at('demo.xlsx'), '--seed', 'demo');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/order\.updated +3,081/);
    expect(stdout).toMatch(/status-without-order +930/);
    for (const file of ['demo.xlsx', 'demo.planted.json', 'demo.places.jsonl']) {
      expect((await stat(folder.at(file))).mode & 0o777).toBe(0o600);
    }
    expect(JSON.parse(await readFile(folder.at('demo.planted.json'), 'utf8'))).toMatchObject({
      seed: 'demo',
      times: 1,
    });
  });

  test.runIf(process.env.LONG_TESTS)('names a folder that is not there', async () => {
    const { code, stderr } = await workbook(folder.at('nowhere/demo.xlsx'));
    expect(code).toBe(1);
    expect(stderr).toContain('cannot be written (ENOENT)');
  });

  const wrong: [string[], string][] = [
    [['demo.xlsx', '--times', '341'], '1 to 340'],
    [[], 'FILE.xlsx'],
  ];
  test.for(process.env.LONG_TESTS ? wrong : wrong.slice(0, 1))('refuses %j with exit code 2', async ([args, word]) => {
    const { code, stdout, stderr } = await workbook(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(word);
  });
});
