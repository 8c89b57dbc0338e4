import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { explorerFolder, projectFolder } from './explorer-folder.ts';

const stampName = 'built-from.sha256';

export interface ExplorerBuild {
  /** False when the built page was still the one its sources give, and nothing was done. */
  built: boolean;
  milliseconds: number;
}

/**
 * Builds the explorer's page into `out`, unless it was already built from the same sources and lock file.
 * Two processes may call this at once; readers see the old page or the new one, never half of one.
 * Throws when vite is not installed or the build fails, with vite's own words.
 */
export async function buildExplorer(out = explorerFolder): Promise<ExplorerBuild> {
  const start = performance.now();
  const stamp = await fingerprint(projectFolder);
  const built = (await readStamp(out)) !== stamp;
  if (built) await buildAside(out, stamp);
  return { built, milliseconds: Math.round(performance.now() - start) };
}

/** SHA-256, in hexadecimal, of everything the built page depends on below `project`: its sources and package-lock.json. */
export async function fingerprint(project: string): Promise<string> {
  const page = join(project, 'src', 'explorer', 'page');
  const sources = (await readdir(page)).sort().map((name) => join(page, name));
  const hash = createHash('sha256');
  for (const path of [...sources, join(project, 'package-lock.json')]) {
    const content = await readFile(path);
    hash.update(`${path.slice(project.length)} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

async function readStamp(out: string): Promise<string | null> {
  const path = join(out, stampName);
  return existsSync(path) ? readFile(path, 'utf8') : null;
}

async function buildAside(out: string, stamp: string): Promise<void> {
  await mkdir(dirname(out), { recursive: true });
  const aside = await mkdtemp(`${out}.`);
  try {
    // One folder down: mkdtemp's own is closed to other users, and the server may be one.
    const page = join(aside, 'page');
    await runVite(page);
    await writeFile(join(page, stampName), stamp);
    await putInPlace(page, out, join(aside, 'old'), stamp);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** A process of its own: vite sets NODE_ENV for the whole process it runs in, and keeps hundreds of megabytes. */
async function runVite(out: string): Promise<void> {
  const vite = join(projectFolder, 'node_modules', 'vite', 'bin', 'vite.js');
  if (!existsSync(vite)) {
    throw new Error(
      'The explorer is built with vite, which is not installed: run `npm ci` with development dependencies',
    );
  }
  const page = join(projectFolder, 'src', 'explorer', 'page');
  const words = ['build', page, '--configLoader', 'native', '--outDir', out, '--emptyOutDir', '--logLevel', 'error'];
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, [vite, ...words], { cwd: projectFolder, env });
}

async function putInPlace(page: string, out: string, old: string, stamp: string): Promise<void> {
  // Built meanwhile by another process: left alone, since it may already be serving it.
  if ((await readStamp(out)) === stamp) return;
  try {
    if (existsSync(out)) await rename(out, old);
    await rename(page, out);
  } catch (error) {
    // The other process came between these lines; its page is as good as ours.
    if ((await readStamp(out)) !== stamp) throw error;
  }
}

if (import.meta.main) {
  const { built, milliseconds } = await buildExplorer();
  console.log(built ? `explorer: built in ${(milliseconds / 1000).toFixed(1)} s` : 'explorer: up to date');
}
