import { Command } from 'commander';
import { grouped } from '../modules/careportals/demo/describe-progress.ts';
import {
  type Exported,
  type ExportProgress,
  exportWorkbook,
} from '../modules/careportals/workbook/export/export-workbook.ts';
import { systemClock } from '../platform/clock.ts';
import { onWorkbook } from './on-workbook.ts';
import { runCommand } from './run-command.ts';

const LINE_EVERY_MS = 3_000;

/** Why a file cannot be made, by the system's code. */
const REASONS: Record<string, string> = {
  EEXIST: 'is there already. Give another name, or --replace.',
  ENOENT: 'cannot be made: its folder is not there.',
  EACCES: 'cannot be made: this account may not write there.',
  EISDIR: 'is a folder.',
  ENOSPC: 'cannot be made: the disk is full.',
  EDQUOT: 'cannot be made: this account has used up its share of the disk.',
  EFBIG: 'cannot be made: files may not become as large here (ulimit -f).',
};

/** `npm run export -- FILE.xlsx`: the database as a workbook, for the dashboards that read one. */
const command = new Command('export')
  .description('Writes the database as a workbook in the form of the old one')
  .argument('<FILE.xlsx>', 'the workbook to make')
  .option('--replace', 'replace the file if it is there', false)
  .allowExcessArguments(false);

await runCommand(command, async ({ replace }: { replace: boolean }) => {
  const path = command.args[0] ?? '';
  const onProgress = progressOn(process.stderr);
  try {
    const exported = await onWorkbook(({ orm }, signal) =>
      exportWorkbook(orm, path, { replace, clock: systemClock, signal, onProgress }),
    );
    if (process.stderr.isTTY) process.stderr.write('\n');
    if (exported !== null) process.stdout.write(inWords(exported));
  } catch (error) {
    const says = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
    if (says === undefined) throw error;
    process.stderr.write(`${path} ${says}\n`);
    process.exitCode = 1;
  }
});

/** On a terminal one line that changes, in a pipe a plain line every few seconds. */
function progressOn(stream: NodeJS.WriteStream): (progress: ExportProgress) => void {
  let writtenAt = performance.now();
  return ({ sheet, rows }) => {
    const line = `writing ${sheet}, ${grouped(rows)} rows read`;
    if (stream.isTTY) stream.write(`\r\x1b[K${line}`);
    if (stream.isTTY || performance.now() - writtenAt < LINE_EVERY_MS) return;
    writtenAt = performance.now();
    stream.write(`${line}\n`);
  };
}

function inWords({ rows, leftOut }: Exported): string {
  const written = Object.entries(rows).map(([sheet, count]) => `  ${sheet.padEnd(26)}${grouped(count).padStart(12)}`);
  const missing = leftOut.map(({ sheet, why, count }) => `  ${sheet}, ${grouped(count)} times: ${why}`);
  const heading = missing.length === 0 ? [] : ['What the workbook does not say as the database does:'];
  return ['Rows written:', ...written, ...heading, ...missing, ''].join('\n');
}
