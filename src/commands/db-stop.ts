import { parseArgs } from 'node:util';
import { dataFolderPath, stopPrivateMysql } from '../private-mysql/index.ts';

/** `npm run db:stop`: ends a private MySQL that nobody owns; leaves with 1 if a running process owns it. */
try {
  parseArgs({ options: {} });
  const stopped = await stopPrivateMysql(dataFolderPath());
  console.log(stopped ? 'MySQL is stopped; the data stays.' : 'MySQL is not running.');
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
