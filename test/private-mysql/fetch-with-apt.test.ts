import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { writeSources } from '../../src/private-mysql/apt-sources.ts';
import { fetchWithApt } from '../../src/private-mysql/fetch-with-apt.ts';
import { machineSources, thisSystem } from '../../src/private-mysql/machine-sources.ts';

// These download from the machine's package archive, so they run only when asked: CAREPORTALS_TEST_FETCH=1
const asked = test.skipIf(!process.env.CAREPORTALS_TEST_FETCH);

let base = '';
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'cp-fetch-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(base, { recursive: true });
});

async function aptSetting(text: string): Promise<void> {
  await writeFile(join(base, 'apt.conf'), text);
  vi.stubEnv('APT_CONFIG', join(base, 'apt.conf'));
}

asked(
  'MySQL is fetched once for two starts at a time, and nothing but the finished folder stays',
  { timeout: 120_000 },
  async () => {
    const folder = join(base, 'cache', 'mysql');
    const lines: string[] = [];
    const fetches = [1, 2].map(() => fetchWithApt(folder, (line) => lines.push(line)));
    const [first, second] = await Promise.all(fetches);
    expect(second).toEqual(first);
    expect(lines.filter((line) => line.startsWith('Fetching'))).toHaveLength(1);
    expect(await readdir(join(base, 'cache'))).toEqual(['mysql']);
  },
);

asked(
  "the machine's package lists are left alone, even where its settings name them in full",
  { timeout: 120_000 },
  async () => {
    await mkdir(join(base, 'lists'));
    await aptSetting(`Dir::State::lists "${base}/lists";\n`);
    await fetchWithApt(join(base, 'mysql'), () => {});
    expect(await readdir(join(base, 'lists'))).toEqual([]);
  },
);

asked(
  'packages without a good signature are refused, also on a machine that would take them',
  { timeout: 120_000 },
  async () => {
    const allowed = 'APT::Get::AllowUnauthenticated "true"; Acquire::AllowInsecureRepositories "true";';
    await mkdir(join(base, 'parts'));
    await writeFile(join(base, 'empty.gpg'), '');
    const { codename } = await thisSystem();
    const unsigned = (await machineSources()).map((source) => ({
      ...source,
      suite: codename,
      signedBy: `${base}/empty.gpg`,
    }));
    await writeFile(join(base, 'parts', 'machine.sources'), writeSources(unsigned));
    await aptSetting(`${allowed}\nDir::Etc::sourcelist "/dev/null"; Dir::Etc::sourceparts "${base}/parts";\n`);
    await expect(fetchWithApt(join(base, 'mysql'), () => {})).rejects.toThrow(/not signed|signature/);
    expect(existsSync(join(base, 'mysql'))).toBe(false);
  },
);

asked('without network the reason is told and nothing is left', { timeout: 120_000 }, async () => {
  await aptSetting('Acquire::http::Proxy "http://127.0.0.1:9"; Acquire::https::Proxy "http://127.0.0.1:9";\n');
  await expect(fetchWithApt(join(base, 'cache', 'mysql'), () => {})).rejects.toThrow(/update failed: .*127\.0\.0\.1/);
  expect(await readdir(join(base, 'cache'))).toEqual([]);
});
