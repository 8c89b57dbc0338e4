import { addressOf } from '../../../kit/test-database.ts';
import { makeOrder } from '../make-rows.ts';
import { openSession, runsCascadesAboveInnodb } from '../session.ts';
import { asAccount, claim, type Probe } from './probe.ts';

const SPEC_APP_RIGHTS = 'SELECT, INSERT, UPDATE';

/** Facts about accounts, logs, retention and encryption. */
export const operationProbes: Record<string, Probe> = {
  'moves-delete': async (bench) => {
    await bench.scratch.run('CREATE TABLE moves (id INT)');
    return asAccount(bench, SPEC_APP_RIGHTS, async (app) => String(await app.errorOf('DELETE FROM moves')));
  },

  'logs-editable': async (bench) => {
    await bench.scratch.run(
      'CREATE TABLE webhook_logs (id INT, note VARCHAR(9))',
      "INSERT INTO webhook_logs VALUES (1, 'true')",
    );
    await asAccount(bench, SPEC_APP_RIGHTS, (app) => app.run("UPDATE webhook_logs SET note = 'false'"));
    const [row] = await bench.scratch.rows<{ note: string }>('SELECT note FROM webhook_logs');
    claim(row?.note === 'false', 'the application rewrote its log');
    return 'shown';
  },

  'revoke-nothing': async (bench) => {
    await bench.scratch.run('CREATE TABLE payments (id INT)');
    return asAccount(bench, SPEC_APP_RIGHTS, async (_, name) =>
      String(await bench.scratch.errorOf(`REVOKE DELETE ON payments FROM '${name}'@'%'`)),
    );
  },

  'no-order-removal': async ({ ours, app }) => {
    await makeOrder(ours, 3001);
    return String(await app.errorOf('DELETE FROM orders WHERE order_id = 3001'));
  },

  'grant-option': async (bench) => {
    await bench.scratch.run('CREATE TABLE granted (id INT)');
    return asAccount(bench, 'ALL PRIVILEGES', async (admin, name) =>
      String(await admin.errorOf(`GRANT SELECT ON granted TO '${name}'@'%'`)),
    );
  },

  'append-only': async ({ ours }) => {
    await ours.run("INSERT INTO error_logs (error_type, error_message) VALUES ('probe', 'probe')");
    return String(await ours.errorOf("UPDATE error_logs SET error_message = 'other' WHERE error_type = 'probe'"));
  },

  retention: async ({ ours }) => {
    await ours.run(
      "INSERT INTO webhook_logs (webhook_type, source_system, status) VALUES ('probe', 'probe', 'success')",
    );
    const byEvent = await ours.errorOf("DELETE FROM webhook_logs WHERE webhook_type = 'probe'");
    await ours.run('SET @careportals_retention = 1');
    const removed = await ours.changed("DELETE FROM webhook_logs WHERE webhook_type = 'probe'");
    await ours.run('SET @careportals_retention = NULL');
    claim(removed === 1, 'the retention job may delete');
    return String(byEvent);
  },

  'cascades-pass-triggers': async ({ scratch }) => {
    await scratch.run(
      'CREATE TABLE parents (id INT PRIMARY KEY)',
      'CREATE TABLE kept (id INT, FOREIGN KEY (id) REFERENCES parents (id) ON DELETE CASCADE)',
      "CREATE TRIGGER kept_guard BEFORE DELETE ON kept FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'kept'",
      'INSERT INTO parents VALUES (1)',
      'INSERT INTO kept VALUES (1)',
      'DELETE FROM parents',
    );
    claim((await scratch.rows('SELECT 1 FROM kept')).length === 0, 'the guarded row is gone');
    return 'shown';
  },

  'cascade-under-lock': async ({ scratch, scratchSchema, adminUrl }) => {
    await scratch.run(
      'CREATE TABLE renamed (id VARCHAR(9) PRIMARY KEY)',
      'CREATE TABLE following (n INT PRIMARY KEY, id VARCHAR(9), FOREIGN KEY (id) REFERENCES renamed (id) ON UPDATE CASCADE)',
      "INSERT INTO renamed VALUES ('old')",
      "INSERT INTO following VALUES (1, 'old'), (2, 'old')",
      'SET SESSION innodb_lock_wait_timeout = 1',
    );
    const other = await openSession(addressOf(adminUrl, scratchSchema));
    await other.run('START TRANSACTION', 'SELECT * FROM following WHERE n = 2 FOR UPDATE');
    const answer = await scratch.errorOf("UPDATE renamed SET id = 'new'");
    await other.close();
    const parents = await scratch.rows('SELECT id FROM renamed');
    const children = await scratch.rows<{ id: string }>('SELECT id FROM following ORDER BY n');
    const cascadesInside = !(await runsCascadesAboveInnodb(scratch));
    claim(JSON.stringify(parents) === '[{"id":"old"}]', 'the parent keeps its key');
    claim(answer === (cascadesInside ? 1205 : 0), 'success is reported where the cascade runs above InnoDB');
    claim((children[0]?.id === 'old') === cascadesInside, 'and a child is left without its parent');
    return 'shown';
  },

  'encryption-keyring': async ({ scratch }) => {
    await scratch.run('CREATE TABLE secrets (id INT) TABLESPACE innodb_file_per_table');
    return String(await scratch.errorOf("ALTER TABLE secrets ENCRYPTION = 'Y'"));
  },
};
