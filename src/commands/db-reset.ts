import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { dataFolderPath, resetPrivateMysql, resettable } from '../private-mysql/index.ts';

/** `npm run db:reset [-- --yes]`: deletes the private MySQL with all data; leaves with 1 if it may not. */
async function confirmed(paths: readonly string[]): Promise<boolean> {
  console.log(['This deletes the private MySQL and all its data:', ...paths.map((path) => `  ${path}`)].join('\n'));
  if (!process.stdin.isTTY) throw new Error('Nothing was deleted. To go ahead: npm run db:reset -- --yes');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Type yes to delete it: ');
  terminal.close();
  return answer.trim().toLowerCase() === 'yes';
}

async function reset(yes: boolean): Promise<void> {
  const paths = await resettable(dataFolderPath());
  if (paths.length === 0) return console.log(`There is no private MySQL in ${dataFolderPath()}.`);
  if (!yes && !(await confirmed(paths))) throw new Error('Nothing was deleted.');
  const deleted = await resetPrivateMysql(dataFolderPath());
  console.log(deleted.map((path) => `Deleted ${path}`).join('\n'));
}

try {
  const { values } = parseArgs({ options: { yes: { type: 'boolean', default: false } } });
  await reset(values.yes);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
