import { cp, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildExplorer, fingerprint } from '../../src/explorer/build-explorer.ts';
import { explorerFolder, projectFolder } from '../../src/explorer/explorer-folder.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'explorer-build-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('building the explorer', { timeout: 120_000 }, () => {
  test('happens once for the same sources, and again when the page is not the one they give', async () => {
    // The page of the project is built here or was before; a build takes seconds of both cores.
    await buildExplorer();
    const out = join(folder, 'once');
    const index = join(out, 'index.html');
    await cp(explorerFolder, out, { recursive: true, preserveTimestamps: true });
    const { mtimeMs } = await stat(index);
    expect((await buildExplorer(out)).built).toBe(false);
    expect((await stat(index)).mtimeMs).toBe(mtimeMs);

    await writeFile(join(out, 'built-from.sha256'), 'of other sources');
    // The second call comes while the first is at work, as when two terminals start at once.
    const [first, second] = await Promise.all([buildExplorer(out), buildExplorer(out)]);
    expect([first.built, second.built]).toEqual([true, true]);
    expect((await stat(index)).mtimeMs).not.toBe(mtimeMs);
    expect((await buildExplorer(out)).built).toBe(false);
  });

  test.runIf(process.env.LONG_TESTS)('happens where there is no page yet', async () => {
    expect((await buildExplorer(join(folder, 'new'))).built).toBe(true);
    expect((await buildExplorer(join(folder, 'new'))).built).toBe(false);
  });

  test.each(['src/explorer/page/explorer.css', 'package-lock.json'])(
    'takes a change of %s for a new page',
    async (path) => {
      const copy = await mkdtemp(join(folder, 'sources-'));
      await cp(join(projectFolder, 'src/explorer/page'), join(copy, 'src/explorer/page'), { recursive: true });
      await writeFile(join(copy, 'package-lock.json'), '{}');
      const before = await fingerprint(copy);
      expect(await fingerprint(copy)).toBe(before);

      await writeFile(join(copy, path), '/* changed */');
      expect(await fingerprint(copy)).not.toBe(before);
    },
  );
});
