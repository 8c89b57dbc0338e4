import { Command } from 'commander';
import { compareWorkbook } from '../modules/careportals/workbook/compare/compare-workbook.ts';
import { comparisonInWords } from '../modules/careportals/workbook/compare/comparison-in-words.ts';
import { progressOn } from '../modules/careportals/workbook/report/load-progress.ts';
import { systemClock } from '../platform/clock.ts';
import { listBeside, onWorkbook, refuseOnePlace } from './on-workbook.ts';
import { runCommand } from './run-command.ts';

/** Workbook and database are not equal. */
const DIFFERENT = 3;

/** `npm run compare -- FILE.xlsx`: what the workbook and the database say differently. Exit code 0 only if nothing is. */
const command = new Command('compare')
  .description('Says what a workbook and the database say differently; ends with 0 only if that is nothing')
  .argument('<FILE.xlsx>', 'the workbook')
  .option('--json', 'the comparison as JSON', false)
  .option('--list <PATH>', 'where every difference is listed with its values; FILE.compare.jsonl if nothing is said')
  .allowExcessArguments(false);

await runCommand(command, async ({ json, list }: { json: boolean; list?: string }) => {
  const file = command.args[0] ?? '';
  const options = { clock: systemClock, list: list ?? listBeside(file, 'compare') };
  await refuseOnePlace({ FILE: file, '--list': options.list });
  const onProgress = progressOn(process.stderr, 'comparing');
  const comparison = await onWorkbook(({ orm }, signal) =>
    compareWorkbook(orm, file, { ...options, onProgress, signal }),
  );
  if (comparison === null) return;
  process.stdout.write(json ? `${JSON.stringify(comparison)}\n` : comparisonInWords(comparison));
  if (!comparison.equal) process.exitCode = DIFFERENT;
});
