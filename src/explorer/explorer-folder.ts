import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';

function findProject(): string {
  const manifest = findPackageJSON('..', import.meta.url);
  if (!manifest) throw new Error(`No package.json above ${import.meta.filename}: run from a whole checkout`);
  return dirname(manifest);
}

/** The project's top folder, found alike from the sources and from the compiled files in dist. */
export const projectFolder = findProject();

/** Where the built page lies: index.html and assets/ with hashed names. */
export const explorerFolder = join(projectFolder, 'dist', 'explorer');
