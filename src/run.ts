import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `node src/run.ts NAME …` brings dist up to date and runs dist/src/NAME.js in this same process: npm's signals reach
 * it directly, with no shell between that would die and leave it behind. Node itself strips the types of this file.
 */
const project = dirname(dirname(fileURLToPath(import.meta.url)));
const [name = 'main'] = process.argv.splice(2, 1);

await Promise.all([compile(), name === 'main' ? buildExplorer() : undefined]);
await import(join(project, 'dist', 'src', `${name}.js`));

/** TypeScript decorators need the compiler; with nothing changed it takes a fraction of a second. */
async function compile(): Promise<void> {
  const compiler = join(project, 'node_modules', 'typescript', 'bin', 'tsc');
  const child = spawn(process.execPath, [compiler, '-p', join(project, 'tsconfig.build.json')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Findings go to stderr: stdout belongs to the command.
  child.stdout.pipe(process.stderr);
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) process.exit(1);
}

async function buildExplorer(): Promise<void> {
  const builder = await import('./explorer/build-explorer.ts');
  const { built, milliseconds } = await builder.buildExplorer();
  if (built) process.stderr.write(`Explorer built in ${(milliseconds / 1000).toFixed(1)} s\n`);
}
