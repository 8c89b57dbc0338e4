import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileOnce } from './compile-once.ts';

/**
 * `node src/run.ts NAME …` brings dist up to date and runs dist/src/NAME.js in this same process: npm's signals reach
 * it directly, with no shell between that would die and leave it behind. Node itself strips the types of this file.
 */
const project = dirname(dirname(fileURLToPath(import.meta.url)));
const [name = 'main'] = process.argv.splice(2, 1);

await Promise.all([compile(), name === 'main' ? buildExplorer() : undefined]);
await import(join(project, 'dist', 'src', `${name}.js`));

/** TypeScript decorators need the compiler. */
async function compile(): Promise<void> {
  try {
    await compileOnce(project);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}

async function buildExplorer(): Promise<void> {
  const builder = await import('./explorer/build-explorer.ts');
  const { built, milliseconds } = await builder.buildExplorer();
  if (built) process.stderr.write(`Explorer built in ${(milliseconds / 1000).toFixed(1)} s\n`);
}
