import type { Orm } from './connect.ts';

/** What an account may do with one table. Nobody but the admin account may change a schema. */
export type TableRight = 'readOnly' | 'insertOnly' | 'mutable' | 'movable';

const RIGHTS: Record<TableRight, { grant: string; revoke: string }> = {
  readOnly: { grant: 'SELECT', revoke: 'INSERT, UPDATE, DELETE' },
  insertOnly: { grant: 'SELECT, INSERT', revoke: 'UPDATE, DELETE' },
  mutable: { grant: 'SELECT, INSERT, UPDATE', revoke: 'DELETE' },
  movable: { grant: 'SELECT, INSERT, UPDATE, DELETE', revoke: '' },
};

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
 * Makes the analyst views and gives the accounts exactly the planned rights; safe to repeat.
 * Rights are granted before others are taken away, so a running server never stands without the ones it keeps.
 * @param admin connected as an account that may grant (GRANT OPTION) and create views.
 */
export async function applyAccountPlan(admin: Orm, plan: AccountPlan, app: Account, analyst: Account): Promise<void> {
  const run = (sql: string) => admin.em.getConnection().execute(sql);
  for (const [name, select] of Object.entries(plan.views)) await run(`CREATE OR REPLACE VIEW \`${name}\` AS ${select}`);
  for (const [table, right] of Object.entries(plan.tables)) {
    await run(`GRANT ${RIGHTS[right].grant} ON \`${table}\` TO ${sqlName(app)}`);
    if (RIGHTS[right].revoke === '') continue;
    await run(`REVOKE IF EXISTS ${RIGHTS[right].revoke} ON \`${table}\` FROM ${sqlName(app)}`);
  }
  for (const name of Object.keys(plan.views)) await run(`GRANT SELECT ON \`${name}\` TO ${sqlName(analyst)}`);
}

function sqlName({ user, host }: Account): string {
  return `'${user.replaceAll("'", "''")}'@'${host.replaceAll("'", "''")}'`;
}
