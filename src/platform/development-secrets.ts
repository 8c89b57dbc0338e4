import { randomBytes } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Secrets that nobody has to set while developing. */
export interface DevelopmentSecrets {
  jwt: string;
  stripeWebhook: string;
  careportalsWebhook: string;
}

/** The secrets of a data folder that is there, made once and readable by its owner alone. */
export async function developmentSecrets(dataDir: string): Promise<DevelopmentSecrets> {
  const file = join(dataDir, 'development-secrets.json');
  const made: DevelopmentSecrets = { jwt: random(), stripeWebhook: `whsec_${random()}`, careportalsWebhook: random() };
  const draft = `${file}.${random()}`;
  await writeFile(draft, JSON.stringify(made, null, 2), { mode: 0o600, flag: 'wx' });
  try {
    // Of two processes that start at once one makes the file, and the other reads it: whole, as a link is.
    await link(draft, file);
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return JSON.parse(await readFile(file, 'utf8')) as DevelopmentSecrets;
  } finally {
    await unlink(draft);
  }
}

function random(): string {
  return randomBytes(32).toString('base64url');
}
