import type { Orm } from './connect.ts';
import { mysqlNumber } from './transaction.ts';

/** What an account may do with one table. Nobody but the admin account may change a schema. */
export type TableRight = 'readOnly' | 'insertOnly' | 'mutable' | 'movable';

const GRANTED: Record<TableRight, readonly string[]> = {
  readOnly: ['SELECT'],
  insertOnly: ['SELECT', 'INSERT'],
  mutable: ['SELECT', 'INSERT', 'UPDATE'],
  movable: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
};

// Without SELECT, which every right includes: a REVOKE must not be empty.
const WITHHELD = 'INSERT UPDATE DELETE CREATE DROP ALTER INDEX REFERENCES TRIGGER'
  .split(' ')
  .concat('CREATE VIEW', 'SHOW VIEW');

export interface AccountPlan {
  /** The application's rights, table by table. A table that is not listed is out of its reach. */
  tables: Record<string, TableRight>;
  /** Views that analysts read instead of tables: name and SELECT. */
  views: Record<string, string>;
}

/** An account as MySQL names it: 'user'@'host'. */
export interface Account {
  user: string;
  host: string;
}

/**
 * Makes the analyst views and gives the accounts exactly the planned rights in this schema, whatever they had before;
 * safe to repeat. Rights are granted before others are taken away, so a running server never stands without its own.
 * The admin account itself is left as it is, should it be the application's account too.
 * @param admin connected as an account that may grant (GRANT OPTION) and create views.
 */
export async function applyAccountPlan(admin: Orm, plan: AccountPlan, app: Account, analyst: Account): Promise<void> {
  const run = <Row = unknown>(sql: string) => admin.em.getConnection().execute<Row[]>(sql);
  for (const [name, select] of Object.entries(plan.views)) await run(`CREATE OR REPLACE VIEW \`${name}\` AS ${select}`);
  const [session] = await run<{ me: string; name: string }>('SELECT CURRENT_USER() AS me, DATABASE() AS name');
  const objects = (await run<Record<string, string>>('SHOW TABLES')).map((row) => String(Object.values(row)[0]));
  for (const account of [app, analyst]) {
    if (session?.me === `${account.user}@${account.host}`) continue;
    const rights = account === app ? plan.tables : Object.fromEntries(Object.keys(plan.views).map(readable));
    for (const sql of statements(rights, objects, sqlName(account))) await run(sql);
    for (const scope of spellings(session?.name ?? '')) await revokeSchemaWide(run, scope, sqlName(account));
  }
}

function readable(view: string): [string, TableRight] {
  return [view, 'readOnly'];
}

/** The GRANTs first, then the REVOKEs. */
function statements(rights: Record<string, TableRight>, objects: string[], account: string): string[] {
  const planned = Object.entries(rights);
  const grants = planned.map(([name, right]) => `GRANT ${GRANTED[right].join(', ')} ON \`${name}\` TO ${account}`);
  const withheld = planned.map(([name, right]) => {
    const others = WITHHELD.filter((privilege) => !GRANTED[right].includes(privilege));
    return `REVOKE IF EXISTS ${others.join(', ')} ON \`${name}\` FROM ${account}`;
  });
  const unlisted = objects.filter((name) => !(name in rights));
  const all = unlisted.map((name) => `REVOKE IF EXISTS ALL PRIVILEGES ON \`${name}\` FROM ${account}`);
  return [...grants, ...withheld, ...all];
}

/** In a grant on a schema `_` means any letter unless it is escaped; MySQL keeps the two spellings as two grants. */
function spellings(schema: string): string[] {
  return [...new Set([schema, schema.replaceAll('_', '\\_')])];
}

/** A right over the whole schema would outrank all that is withheld table by table. */
async function revokeSchemaWide(run: (sql: string) => Promise<unknown>, schema: string, account: string) {
  try {
    await run(`REVOKE IF EXISTS ALL PRIVILEGES ON \`${schema}\`.* FROM ${account}`);
  } catch (error) {
    // 1044: an admin whose own rights do not cover this spelling cannot have given any for it.
    if (mysqlNumber(error) !== 1044) throw error;
  }
}

function sqlName({ user, host }: Account): string {
  return `'${user.replaceAll("'", "''")}'@'${host.replaceAll("'", "''")}'`;
}
