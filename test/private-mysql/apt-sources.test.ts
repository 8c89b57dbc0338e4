import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mysqlSources, writeSources } from '../../src/private-mysql/apt-sources.ts';

const DEBIAN = { id: 'debian', codename: 'bookworm', architecture: 'amd64' };
const UBUNTU = { id: 'ubuntu', codename: 'noble', architecture: 'amd64' };
const DEBIAN_KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';

let base = '';
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'cp-apt-'));
});
afterAll(() => rm(base, { recursive: true }));

/** One paragraph of `apt-get indextargets`, with the fields that matter. */
function target(fields: Record<string, string>): string {
  const usual = { 'Created-By': 'Packages', 'Target-Of': 'deb', Architecture: 'amd64', Component: 'main' };
  return Object.entries({ ...usual, ...fields })
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

async function sourcesFile(name: string, text: string): Promise<string> {
  await writeFile(join(base, name), text);
  return `${join(base, name)}:1`;
}

const debianEntry = (signedBy: string) => `# comment
Types: deb
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: ${signedBy}

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
Signed-By: /other.gpg
`;

const known = { Origin: 'Debian', Label: 'Debian', 'Repo-URI': 'http://mirror.example/debian/' };

test("on Debian the machine's own mirror is asked for unstable, with the key that the machine has for it", async () => {
  const Sourcesentry = await sourcesFile('debian.sources', debianEntry('/keys/own.gpg'));
  const targets = [
    target({
      Origin: 'Docker',
      Label: 'Docker CE',
      Release: 'bookworm',
      'Repo-URI': 'http://docker.example/',
      Sourcesentry,
    }),
    target({ ...known, Label: 'Debian-Security', Release: 'bookworm-security', Sourcesentry }),
    target({ ...known, Release: 'bookworm', Architecture: 'i386', Sourcesentry }),
    target({ ...known, Release: 'bookworm', Sourcesentry }),
  ].join('\n\n');
  expect(await mysqlSources(targets, DEBIAN)).toEqual([
    { uri: known['Repo-URI'], suite: 'unstable', component: 'main', architecture: 'amd64', signedBy: '/keys/own.gpg' },
  ]);
});

test('a key written into the sources entry itself is taken over whole', async () => {
  const key = '\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBF\n -----END PGP PUBLIC KEY BLOCK-----';
  const Sourcesentry = await sourcesFile('inline.sources', debianEntry(key));
  const sources = await mysqlSources(target({ ...known, Release: 'bookworm', Sourcesentry }), DEBIAN);
  expect(writeSources(sources)).toContain(`\nSigned-By: ${key}\n`);
});

test('a one-line entry gives its key too', async () => {
  const line = 'deb [arch=amd64 signed-by=/keys/line.gpg] http://mirror.example/debian bookworm main\n';
  const Sourcesentry = await sourcesFile('sources.list', line);
  const [source] = await mysqlSources(target({ ...known, Release: 'bookworm', Sourcesentry }), DEBIAN);
  expect(source?.signedBy).toBe('/keys/line.gpg');
});

test('before the first update, release and keyring tell the distribution from other archives', async () => {
  const Sourcesentry = await sourcesFile('fresh.sources', debianEntry(DEBIAN_KEYS));
  const foreign = await sourcesFile('foreign.sources', 'URIs: http://php.example/\nSigned-By: /keys/php.gpg\n');
  const { Origin, Label, ...unknown } = known;
  const targets = [
    target({ Release: 'bookworm', 'Repo-URI': 'http://php.example/', Sourcesentry: foreign }),
    target({ ...unknown, Release: 'bookworm-security', Sourcesentry }),
    target({ ...unknown, Release: 'bookworm', Sourcesentry }),
  ].join('\n\n');
  const sources = await mysqlSources(targets, DEBIAN);
  expect(sources).toMatchObject([{ uri: known['Repo-URI'], suite: 'unstable', signedBy: DEBIAN_KEYS }]);
});

test('on Ubuntu its own suites are asked, without proposed and backports', async () => {
  const uris = 'URIs: http://archive.example/ubuntu\nSigned-By: /keys/ubuntu.gpg\n';
  const Sourcesentry = await sourcesFile('ubuntu.sources', uris);
  const ubuntu = { Origin: 'Ubuntu', Label: 'Ubuntu', 'Repo-URI': 'http://archive.example/ubuntu/', Sourcesentry };
  const targets = ['noble', 'noble-updates', 'noble-backports', 'noble-security', 'noble-proposed'].flatMap((Release) =>
    ['main', 'restricted', 'universe'].map((Component) => target({ ...ubuntu, Release, Component })),
  );
  const sources = await mysqlSources(targets.join('\n\n'), UBUNTU);
  expect(sources.map(({ suite, component }) => `${suite} ${component}`)).toEqual([
    'noble main',
    'noble universe',
    'noble-updates main',
    'noble-updates universe',
    'noble-security main',
    'noble-security universe',
  ]);
  expect(new Set(sources.map(({ signedBy }) => signedBy))).toEqual(new Set(['/keys/ubuntu.gpg']));
});

test('a machine with neither gives no source', async () => {
  const targets = target({
    Origin: 'Raspbian',
    Label: 'Raspbian',
    Release: 'bookworm',
    'Repo-URI': 'http://r.example/',
  });
  expect(await mysqlSources(targets, { ...DEBIAN, id: 'raspbian' })).toEqual([]);
});

test('what is asked of apt never waives signatures', async () => {
  const Sourcesentry = await sourcesFile('again.sources', debianEntry('/keys/own.gpg'));
  const text = writeSources(await mysqlSources(target({ ...known, Release: 'bookworm', Sourcesentry }), DEBIAN));
  expect(text).toMatch(/^Signed-By: \/keys\/own\.gpg$/m);
  expect(text).not.toMatch(/trusted/i);
});
