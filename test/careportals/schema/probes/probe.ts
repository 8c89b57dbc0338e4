import { randomBytes } from 'node:crypto';
import { addressOf } from '../../../kit/test-database.ts';
import { openSession, type Session } from '../session.ts';

/** What a probe works on. */
export interface Bench {
  /** The admin account in the migrated schema. */
  ours: Session;
  /** The application in the migrated schema. */
  app: Session;
  /** The admin account in an empty schema, to build things there as the spec has them. */
  scratch: Session;
  scratchSchema: string;
  adminUrl: string;
  /** Any account over TCP: names the server for accounts that a probe makes. */
  tcpUrl: string;
}

/** Gives what MySQL says: error numbers as `1506, 1486`, or `shown` where the fact is no error. */
export type Probe = (bench: Bench) => Promise<string>;

/** Claims are plain: a probe that finds otherwise throws. */
export function claim(holds: boolean, what: string): void {
  if (!holds) throw new Error(`Not so: ${what}`);
}

/** An account that has exactly the given rights on the scratch schema; it is gone afterwards. */
export async function asAccount<T>(
  bench: Bench,
  rights: string,
  work: (session: Session, name: string) => Promise<T>,
): Promise<T> {
  const name = `t_${randomBytes(5).toString('hex')}`;
  await bench.scratch.run(
    `CREATE USER '${name}'@'%' IDENTIFIED BY '${name}'`,
    // Escaped, because a plain `_` would stand for any letter, and nobody may give more than they have (1044).
    `GRANT ${rights} ON \`${bench.scratchSchema.replaceAll('_', '\\_')}\`.* TO '${name}'@'%'`,
  );
  const address = new URL(addressOf(bench.tcpUrl, bench.scratchSchema));
  address.username = name;
  address.password = name;
  const session = await openSession(address.href);
  try {
    return await work(session, name);
  } finally {
    await session.close();
    await bench.scratch.run(`DROP USER '${name}'@'%'`);
  }
}
