import { Command } from 'commander';
import { loadWorkbook } from '../modules/careportals/workbook/load/load-workbook.ts';
import { progressOn } from '../modules/careportals/workbook/report/load-progress.ts';
import type { Report } from '../modules/careportals/workbook/report/report.ts';
import { reportInWords } from '../modules/careportals/workbook/report/report-in-words.ts';
import { reportPage } from '../modules/careportals/workbook/report/report-page.ts';
import { systemClock } from '../platform/clock.ts';
import { listBeside, onWorkbook, refuseOnePlace } from './on-workbook.ts';
import { PrivatePage } from './private-page.ts';
import { runCommand } from './run-command.ts';

interface Arguments {
  dryRun: boolean;
  json: boolean;
  html?: string;
  list?: string;
}

/** Everything was loaded, and a check of the report does not hold. */
const BROKEN_CHECK = 3;
const INTERRUPTED = 130;

/** What `npm run import` and `npm run sync` have in common: all but their manners. */
export async function runLoad(mode: 'import' | 'sync', description: string): Promise<void> {
  const command = new Command(mode)
    .description(description)
    .argument('<FILE.xlsx>', 'the workbook')
    .option('--dry-run', 'says what would be done, and changes nothing', false)
    .option('--json', 'the report as JSON', false)
    .option('--html <PATH>', 'the report as a page, too')
    .option('--list <PATH>', `where every finding is listed with its value; FILE.${mode}.jsonl if nothing is said`)
    .allowExcessArguments(false);
  await runCommand(command, async (options: Arguments) => {
    const file = command.args[0] ?? '';
    const list = options.list ?? listBeside(file, mode);
    await refuseOnePlace({ FILE: file, '--list': list, '--html': options.html });
    const page = options.html === undefined ? null : await PrivatePage.at(options.html);
    try {
      await tell(await load(mode, file, { ...options, list }), options.json, page);
    } finally {
      await page?.close();
    }
  });
}

async function tell(report: Report | null, json: boolean, page: PrivatePage | null): Promise<void> {
  if (report === null) return;
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : reportInWords(report));
  process.exitCode = exitCodeOf(report);
  await page?.write(reportPage(report));
}

function load(mode: 'import' | 'sync', file: string, { dryRun, list }: Arguments): Promise<Report | null> {
  const onProgress = progressOn(process.stderr);
  const onListLost = () => {
    process.stderr.write(
      `The list of the interrupted run is not beside ${list}: this one begins where that run stopped.\n`,
    );
  };
  return onWorkbook(({ orm }, signal) =>
    loadWorkbook(orm, file, { mode, dryRun, clock: systemClock, list, onProgress, onListLost, signal }),
  );
}

function exitCodeOf({ interrupted, checks, database }: Report): number {
  if (interrupted) return INTERRUPTED;
  return [...checks, ...(database ?? [])].some(({ result }) => result === 'broken') ? BROKEN_CHECK : 0;
}
