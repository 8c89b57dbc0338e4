import { claim, type Probe } from './probe.ts';

/** Facts about types and collations. */
export const columnProbes: Record<string, Probe> = {
  'timestamp-ends': async ({ scratch }) => {
    await scratch.run('CREATE TABLE ends (at TIMESTAMP(3) NULL, beside DATETIME(3) NULL)');
    await scratch.run("INSERT INTO ends (beside) VALUES ('2040-01-01 00:00:00')");
    return String(await scratch.errorOf("INSERT INTO ends (at) VALUES ('2040-01-01 00:00:00')"));
  },

  'timestamp-rounds': async ({ scratch }) => {
    await scratch.run(
      'CREATE TABLE rounds (at TIMESTAMP NULL)',
      "INSERT INTO rounds VALUES ('2025-12-31 23:59:59.600')",
    );
    const [row] = await scratch.rows<{ at: string }>('SELECT at FROM rounds');
    claim(row?.at === '2026-01-01 00:00:00', 'the instant moved into the next year');
    return 'shown';
  },

  'timestamp-zone': async ({ scratch }) => {
    await scratch.run(
      'CREATE TABLE zones (at TIMESTAMP NULL, beside DATETIME NULL)',
      "SET time_zone = '+00:00'",
      "INSERT INTO zones VALUES ('2026-03-01 12:00:00', '2026-03-01 12:00:00')",
      "SET time_zone = '-05:00'",
    );
    const [row] = await scratch.rows<{ at: string; beside: string }>('SELECT at, beside FROM zones');
    await scratch.run("SET time_zone = '+00:00'");
    claim(row?.at === '2026-03-01 07:00:00', 'TIMESTAMP is read five hours earlier');
    claim(row?.beside === '2026-03-01 12:00:00', 'DATETIME is read as it was written');
    return 'shown';
  },

  'ids-by-case': async ({ scratch, ours }) => {
    await scratch.run(
      'CREATE TABLE by_case (id VARCHAR(255) COLLATE utf8mb4_unicode_ci PRIMARY KEY)',
      "INSERT INTO by_case VALUES ('ch_3PqAbC')",
    );
    await ours.run("INSERT INTO products (product_id, list_price) VALUES ('ch_3PqAbC', 1), ('ch_3PqAbc', 1)");
    return String(await scratch.errorOf("INSERT INTO by_case VALUES ('ch_3PqAbc')"));
  },

  'mixed-collations': async ({ scratch }) => {
    await scratch.run('CREATE TABLE mixed (id VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY)');
    const child =
      'CREATE TABLE mixed_child (id VARCHAR(255) COLLATE utf8mb4_unicode_ci, FOREIGN KEY (id) REFERENCES mixed (id))';
    return String(await scratch.errorOf(child));
  },

  'ids-not-ascii': async ({ ours }) => {
    const plain = await ours.errorOf("SELECT 1 FROM customers WHERE customer_id = 'é'");
    const among = await ours.errorOf("SELECT 1 FROM customers WHERE customer_id IN ('a', 'é')");
    return [...new Set([plain, among])].join(', ');
  },

  'phone-number': async ({ scratch }) => {
    await scratch.run('CREATE TABLE phones (phone BIGINT)', "INSERT INTO phones VALUES ('+15550100'), ('0015550100')");
    const rows = await scratch.rows<{ phone: string }>('SELECT DISTINCT phone FROM phones ORDER BY phone');
    claim(rows.map((row) => String(row.phone)).join() === '15550100', 'plus sign and zeros are gone');
    return String(await scratch.errorOf("INSERT INTO phones VALUES ('555-0100 ext 4')"));
  },

  'emails-by-accent': async ({ scratch, ours }) => {
    await scratch.run(
      'CREATE TABLE emails (email VARCHAR(255) COLLATE utf8mb4_unicode_ci, UNIQUE KEY (email))',
      "INSERT INTO emails VALUES ('jose@example.test')",
    );
    await ours.run(
      "INSERT INTO customers (customer_id, email) VALUES ('e1', 'jose@example.test'), ('e2', 'josé@example.test')",
    );
    const folded = await ours.errorOf("INSERT INTO customers (customer_id, email) VALUES ('e3', 'JOSÉ@Example.test')");
    claim(folded === 1062, 'letters in another case are still the same address');
    return String(await scratch.errorOf("INSERT INTO emails VALUES ('josé@example.test')"));
  },

  'upsert-with-trigger': async ({ scratch }) => {
    await scratch.run(
      'CREATE TABLE upserts (customer_id VARCHAR(50) PRIMARY KEY, email VARCHAR(255), name VARCHAR(50), UNIQUE KEY (email))',
      `CREATE TRIGGER prevent_duplicate_email BEFORE INSERT ON upserts FOR EACH ROW
       BEGIN
         IF EXISTS (SELECT 1 FROM upserts WHERE email = NEW.email) THEN
           SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'known already';
         END IF;
       END`,
      "INSERT INTO upserts VALUES ('u1', 'u1@example.test', 'old')",
    );
    const upsert = "INSERT INTO upserts VALUES ('u1', 'u1@example.test', 'new') ON DUPLICATE KEY UPDATE name = 'new'";
    return String(await scratch.errorOf(upsert));
  },
};
