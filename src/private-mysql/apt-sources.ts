import { readFile } from 'node:fs/promises';

/** One archive that the machine's own apt configuration names. */
export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly component: string;
  readonly architecture: string;
  /** Signed-By as apt takes it: a keyring's path, fingerprints, or a key in full. */
  readonly signedBy: string;
}

type Distribution = 'Debian' | 'Ubuntu';
type Stanza = Readonly<Record<string, string>>;

/** This machine: `ID` and `VERSION_CODENAME` of /etc/os-release, and dpkg's name of the processor. */
export interface System {
  readonly id: string;
  readonly codename: string;
  readonly architecture: string;
}

const KEYRINGS: Readonly<Record<Distribution, readonly string[]>> = {
  Debian: ['/usr/share/keyrings/debian-archive-keyring.pgp', '/usr/share/keyrings/debian-archive-keyring.gpg'],
  Ubuntu: ['/usr/share/keyrings/ubuntu-archive-keyring.gpg'],
};

/**
 * The archives to take MySQL from: on Ubuntu its own suites; on Debian the suite `unstable` of the machine's mirror,
 * because Debian's releases carry MariaDB only. Empty if the machine has neither.
 * @param indexTargets the output of `apt-get indextargets`
 * @throws if there is no keyring to check an archive's signatures
 */
export async function mysqlSources(indexTargets: string, system: System): Promise<AptSource[]> {
  const targets = indexTargets.split(/\n\n+/).map(readStanza);
  const packages = targets.filter(
    (target) => target['Created-By'] === 'Packages' && target.Architecture === system.architecture,
  );
  const ubuntu = await sourcesOf('Ubuntu', packages.filter(isPlainUbuntuSuite), system);
  if (ubuntu.length > 0) return ubuntu;
  const main = packages.filter((target) => target.Component === 'main');
  const [debian] = await sourcesOf('Debian', main, system);
  return debian ? [{ ...debian, suite: 'unstable' }] : [];
}

/** The sources in the form of a deb822 file. */
export function writeSources(sources: readonly AptSource[]): string {
  const stanza = (source: AptSource) =>
    [
      'Types: deb',
      `URIs: ${source.uri}`,
      `Suites: ${source.suite}`,
      `Components: ${source.component}`,
      `Architectures: ${source.architecture}`,
      // Without this, a machine with apt-file or a software centre would fetch their large lists too.
      'Targets: Packages',
      `Signed-By: ${source.signedBy}`,
      '',
    ].join('\n');
  return sources.map(stanza).join('\n');
}

function isPlainUbuntuSuite({ Release = '', Component = '' }: Stanza): boolean {
  return !/-(proposed|backports)$/.test(Release) && ['main', 'universe'].includes(Component);
}

async function sourcesOf(origin: Distribution, targets: readonly Stanza[], system: System): Promise<AptSource[]> {
  const sources: AptSource[] = [];
  for (const target of targets) {
    const configured = await configuredKeyring(target);
    if (!isFrom(origin, target, configured, system)) continue;
    const signedBy = configured ?? (await shippedKeyring(origin));
    const { Release: suite = '', Component: component = '', Architecture: architecture = '' } = target;
    sources.push({ uri: target['Repo-URI'] ?? '', suite, component, architecture, signedBy });
  }
  return sources;
}

/** Before the first `apt-get update` apt does not know whose an archive is; then its release and keyring tell. */
function isFrom(origin: Distribution, target: Stanza, keyring: string | undefined, system: System): boolean {
  if (target.Origin !== undefined) return target.Origin === origin && target.Label === origin;
  const { Release: release = '' } = target;
  const ownRelease = release === system.codename || (origin === 'Ubuntu' && release.startsWith(`${system.codename}-`));
  const ownKey = keyring === undefined || KEYRINGS[origin].includes(keyring);
  return system.id === origin.toLowerCase() && ownRelease && ownKey;
}

async function configuredKeyring(target: Stanza): Promise<string | undefined> {
  // "FILE:NUMBER" of the entry.
  const file = (target.Sourcesentry ?? '').replace(/:\d+$/, '');
  const text = file ? await readIfPresent(file) : undefined;
  if (text === undefined) return undefined;
  const bare = (target['Repo-URI'] ?? '').replace(/\/$/, '');
  if (file.endsWith('.sources')) {
    const entry = text.split(/\n\s*\n/).find((paragraph) => paragraph.includes(bare));
    return readStanza(entry ?? '')['Signed-By'];
  }
  const line = text.split('\n').find((entry) => /^\s*deb\s/.test(entry) && entry.includes(bare));
  return /signed-by=([^\s\]]+)/.exec(line ?? '')?.[1];
}

async function shippedKeyring(distribution: Distribution): Promise<string> {
  for (const path of KEYRINGS[distribution]) {
    if ((await readIfPresent(path)) !== undefined) return path;
  }
  throw new Error(`no keyring to check the signatures of ${distribution}'s packages`);
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** A deb822 paragraph; continued lines stay with their line breaks. */
function readStanza(text: string): Stanza {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  const fields = lines.join('\n').matchAll(/^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)/gm);
  return Object.fromEntries([...fields].map(([, name, value]) => [name, value]));
}
