import { readFile } from 'node:fs/promises';

/** One archive that the machine's own apt configuration names. */
export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  readonly architecture: string;
  /** Signed-By as apt takes it: a keyring's path, fingerprints, or a key in full. */
  readonly signedBy: string;
}

type Stanza = Readonly<Record<string, string>>;

/** What /etc/os-release says; only asked where apt has no package lists yet and so cannot say whose archive it is. */
export interface System {
  readonly id: string;
  readonly codename: string;
}

const KEYRINGS: Readonly<Record<string, readonly string[]>> = {
  Debian: ['/usr/share/keyrings/debian-archive-keyring.pgp', '/usr/share/keyrings/debian-archive-keyring.gpg'],
  Ubuntu: ['/usr/share/keyrings/ubuntu-archive-keyring.gpg'],
};

/**
 * The archives to take MySQL from: on Ubuntu its own suites; on Debian the suite `unstable` of the machine's mirror,
 * because Debian's releases carry MariaDB only. Empty if the machine has neither.
 * @param indexTargets the output of `apt-get indextargets`
 * @throws if an archive is named without a keyring to check its signatures
 */
export async function mysqlSources(indexTargets: string, system: System): Promise<AptSource[]> {
  const targets = indexTargets.split(/\n\n+/).map(readStanza).filter(isPackageList);
  const ubuntu = targets.filter((target) => isFrom('Ubuntu', target, system) && isPlainUbuntuSuite(target));
  if (ubuntu.length > 0) return Promise.all(ubuntu.map((target) => sourceOf(target, 'Ubuntu', target.Release ?? '')));
  const debian = targets.find((target) => isFrom('Debian', target, system) && target.Component === 'main');
  return debian ? [await sourceOf(debian, 'Debian', 'unstable')] : [];
}

/** The sources in the form of a deb822 file. */
export function writeSources(sources: readonly AptSource[]): string {
  const stanza = (source: AptSource) =>
    [
      'Types: deb',
      `URIs: ${source.uri}`,
      `Suites: ${source.suite}`,
      `Components: ${source.components.join(' ')}`,
      `Architectures: ${source.architecture}`,
      // Without this, a machine with apt-file or a software centre would fetch their large lists too.
      'Targets: Packages',
      `Signed-By: ${source.signedBy}`,
      '',
    ].join('\n');
  return sources.map(stanza).join('\n');
}

function isPackageList(target: Stanza): boolean {
  return target['Created-By'] === 'Packages' && target['Target-Of'] === 'deb';
}

function isFrom(origin: string, target: Stanza, system: System): boolean {
  if (target.Origin !== undefined) return target.Origin === origin && target.Label === origin;
  return system.id === origin.toLowerCase() && (target.Release ?? '').split('-')[0] === system.codename;
}

function isPlainUbuntuSuite(target: Stanza): boolean {
  const late = /-(proposed|backports)$/.test(target.Release ?? '');
  return !late && ['main', 'universe'].includes(target.Component ?? '');
}

async function sourceOf(target: Stanza, distribution: string, suite: string): Promise<AptSource> {
  const uri = target['Repo-URI'] ?? '';
  const signedBy = (await configuredKeyring(target, uri)) ?? (await shippedKeyring(distribution));
  if (!signedBy) throw new Error(`no keyring to check the signatures of ${distribution}'s packages`);
  return { uri, suite, components: [target.Component ?? ''], architecture: target.Architecture ?? '', signedBy };
}

async function configuredKeyring(target: Stanza, uri: string): Promise<string | undefined> {
  // "FILE:NUMBER" of the entry.
  const file = (target.Sourcesentry ?? '').replace(/:\d+$/, '');
  const text = file ? await readIfPresent(file) : undefined;
  if (text === undefined) return undefined;
  const bare = uri.replace(/\/$/, '');
  if (file.endsWith('.sources')) {
    const entry = text.split(/\n\s*\n/).find((paragraph) => paragraph.includes(bare));
    return readStanza(entry ?? '')['Signed-By'];
  }
  const line = text.split('\n').find((entry) => /^\s*deb\s/.test(entry) && entry.includes(bare));
  return /signed-by=([^\s\]]+)/.exec(line ?? '')?.[1];
}

async function shippedKeyring(distribution: string): Promise<string | undefined> {
  for (const path of KEYRINGS[distribution] ?? []) {
    if ((await readIfPresent(path)) !== undefined) return path;
  }
  return undefined;
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
