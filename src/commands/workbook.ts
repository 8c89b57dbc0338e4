import { Command, InvalidArgumentError } from 'commander';
import { grouped } from '../modules/careportals/demo/describe-progress.ts';
import { generateWorkbook, MOST_TIMES } from '../modules/careportals/workbook/generator/generate-workbook.ts';
import type { Planted } from '../modules/careportals/workbook/generator/planted.ts';
import { runCommand } from './run-command.ts';

interface Arguments {
  times: number;
  seed: string;
  plain: boolean;
}

/** `npm run workbook -- FILE.xlsx`: writes a workbook of fictional rows, to try the import with. */
const command = new Command('workbook')
  .description('Writes a workbook of fictional rows with the faults of the true one, and a list of what it planted')
  .argument('<FILE.xlsx>', 'the workbook; beside it FILE.planted.json and FILE.places.jsonl are written')
  .option('--times <N>', `so many times the true size of 5,367 rows, up to ${MOST_TIMES}`, times, 1)
  .option('--seed <text>', 'an equal seed makes an equal file', 'workbook')
  .option('--plain', 'nothing is wrong with any row', false)
  .allowExcessArguments(false);

await runCommand(command, async ({ times, seed, plain }: Arguments) => {
  const [file = ''] = command.args;
  if (!/\.xlsx$/i.test(file)) command.error('error: the name of the workbook must end in .xlsx');
  try {
    process.stdout.write(inWords(file, await generateWorkbook(file, { times, seed, plain })));
  } catch (error) {
    process.stderr.write(`${whyNot(file, error)}\n`);
    process.exitCode = 1;
  }
});

function times(text: string): number {
  const number = Number(text);
  if (/^\d{1,3}$/.test(text) && number >= 1 && number <= MOST_TIMES) return number;
  throw new InvalidArgumentError(`Give a whole number from 1 to ${MOST_TIMES}.`);
}

/** @throws what is no failure of the file system */
function whyNot(file: string, error: unknown): string {
  const { code, syscall, path = file } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST') return `${path} is there already. Remove it, or give another name.`;
  if (syscall === undefined) throw error;
  return `${path} cannot be written (${code}).`;
}

function inWords(file: string, planted: Planted): string {
  const rows = Object.entries(planted.rows).map(([sheet, count]) => line(sheet, count));
  const rules = Object.entries(planted.rules).filter(([, count]) => count > 0);
  const found = rules.map(([rule, count]) => line(rule, count));
  return [`${file}: rows by sheet (seed "${planted.seed}")`, ...rows, 'What an import has to find:', ...found, ''].join(
    '\n',
  );
}

function line(name: string, count: number): string {
  return `  ${name.padEnd(30)}${grouped(count).padStart(12)}`;
}
