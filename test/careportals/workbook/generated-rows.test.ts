import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Finding } from '../../../src/modules/careportals/workbook/finding.ts';
import { generateWorkbook } from '../../../src/modules/careportals/workbook/generator/generate-workbook.ts';
import type { Place } from '../../../src/modules/careportals/workbook/generator/planted.ts';
import { readWorkbook } from '../../../src/modules/careportals/workbook/read-workbook.ts';
import { RULES } from '../../../src/modules/careportals/workbook/rules.ts';
import { SHEETS } from '../../../src/modules/careportals/workbook/sheets.ts';

const [TIMES, SEEDS] = process.env.LONG_TESTS ? [10, 3] : [1, 2];
const SEED = process.env.TEST_SEED ?? '1';

it('conversion finds every oddity that was planted in a row, where it was planted, and no other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'generated-rows-'));
  try {
    for (let n = 0; n < SEEDS; n++) await compareFindings(join(folder, `${n}.xlsx`), `${SEED}-${n}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);

async function compareFindings(path: string, seed: string): Promise<void> {
  await generateWorkbook(path, { times: TIMES, seed });
  const places = (await readFile(path.replace(/xlsx$/, 'places.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Place);
  const planted = places.filter(({ rule }) => RULES[rule].stage === 'row');
  // A repeat may be odd by what makes it differ; only that it is a repeat is told of it.
  const repeats = new Set(places.filter(({ rule }) => RULES[rule].stage === 'order').map(rowOf));
  const { findings, faults } = await findingsIn(path);
  expect(faults).toBe(0);
  expect(planted.length).toBeGreaterThan(50);
  expect(
    findings
      .filter((finding) => !repeats.has(rowOf(finding)))
      .map(placeOf)
      .sort(),
  ).toEqual(planted.map(placeOf).sort());
}

async function findingsIn(path: string): Promise<{ findings: Finding[]; faults: number }> {
  const workbook = await readWorkbook(path, new Date());
  const findings: Finding[] = [];
  let faults = 0;
  for (const sheet of SHEETS) {
    for await (const row of workbook.rows(sheet)) {
      if (row.kind === 'fault') faults++;
      else findings.push(...(row.kind === 'line' ? row.findings : [row.finding]));
    }
  }
  await workbook.close();
  return { findings, faults };
}

function rowOf({ tab, row }: Place | Finding): string {
  return `${tab} ${row}`;
}

function placeOf({ tab, row, column, rule }: Place | Finding): string {
  return `${tab} ${row} ${column} ${rule}`;
}
