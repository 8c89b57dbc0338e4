import { ADD_STATUS, makeOrder, makePayment, NOON } from '../make-rows.ts';
import { claim, type Probe } from './probe.ts';

const INSERT_ORDER = `INSERT INTO orders (order_id, care_portals_internal_order_id, customer_id, source, base_amount,
  discount_amount, credit_used_amount, total_amount, created_at) VALUES (?, ?, 'c2001', 'checkout', 10000, 1000, 500, ?, '${NOON}')`;

/** Facts about orders, their history and payments. */
export const orderProbes: Record<string, Probe> = {
  'discount-sign': async ({ scratch, ours }) => {
    const checked = 'total INT, base INT, discount INT, credit INT, CHECK (total = base - discount + credit)';
    await scratch.run(`CREATE TABLE discounts (${checked})`);
    await makeOrder(ours, 2001);
    await ours.rows(INSERT_ORDER, [2002, 'i2002', 8500]);
    return String(await scratch.errorOf('INSERT INTO discounts VALUES (8500, 10000, 1000, 500)'));
  },

  'order-numbers': async ({ ours }) => {
    await makeOrder(ours, 312);
    return 'shown';
  },

  'open-sets': async ({ ours }) => {
    await makeOrder(ours, 2003);
    await ours.rows(ADD_STATUS, [2003, 'awaiting_moonrise', NOON]);
    await ours.run("UPDATE orders SET source = 'api', pharmacy_assigned = 'Elsewhere Pharmacy' WHERE order_id = 2003");
    return 'shown';
  },

  'status-once': async ({ ours }) => {
    await makeOrder(ours, 2004);
    await ours.rows(ADD_STATUS, [2004, 'shipped', NOON]);
    return String(await ours.errorOf(ADD_STATUS, [2004, 'shipped', NOON]));
  },

  'history-from-orders': async ({ ours }) => {
    await makeOrder(ours, 2007);
    return String(
      await ours.errorOf(`INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at)
        SELECT order_id, 'processing', created_at, created_at FROM orders WHERE order_id = 2007`),
    );
  },

  'pharmacy-overwritten': async ({ scratch }) => {
    await scratch.run(
      'CREATE TABLE pharmacies (id INT, state CHAR(2), pharmacy_assigned VARCHAR(50))',
      `CREATE TRIGGER assign_pharmacy BEFORE INSERT ON pharmacies FOR EACH ROW
         SET NEW.pharmacy_assigned = IF(NEW.state IN ('SC', 'IN'), 'Other', 'SevenCells')`,
      "INSERT INTO pharmacies VALUES (1, 'NY', 'Elsewhere Pharmacy')",
    );
    const [row] = await scratch.rows<{ pharmacy_assigned: string }>('SELECT pharmacy_assigned FROM pharmacies');
    claim(row?.pharmacy_assigned === 'SevenCells', "the sender's pharmacy is lost");
    return 'shown';
  },

  'no-partitions': async ({ ours, scratch }) => {
    const byYear = 'PARTITION BY RANGE (YEAR(created_at)) (PARTITION p2025 VALUES LESS THAN (2026))';
    await scratch.run(
      'CREATE TABLE orders_plain (order_id BIGINT PRIMARY KEY, created_at TIMESTAMP NOT NULL)',
      'CREATE TABLE orders_datetime (order_id BIGINT PRIMARY KEY, created_at DATETIME(3) NOT NULL)',
    );
    const withKeys = await ours.errorOf(`ALTER TABLE orders ${byYear}`);
    const withTimestamp = await scratch.errorOf(`ALTER TABLE orders_plain ${byYear}`);
    const withDatetime = await scratch.errorOf(`ALTER TABLE orders_datetime ${byYear}`);
    return [withKeys, withTimestamp, withDatetime].join(', ');
  },

  'one-intent-two-charges': async ({ scratch, ours }) => {
    await scratch.run(
      'CREATE TABLE intents (charge_id VARCHAR(50) PRIMARY KEY, intent VARCHAR(50), UNIQUE KEY (intent))',
      "INSERT INTO intents VALUES ('ch_failed', 'pi_1')",
    );
    await makeOrder(ours, 2005);
    await makePayment(ours, 'ch_failed', 2005, 'pi_1', 'failed');
    await makePayment(ours, 'ch_good', 2005, 'pi_1');
    const twice = await makePayment(ours, 'ch_again', 2005, 'pi_1').then(() => 'accepted', String);
    claim(twice.includes('idx_succeeded_intent'), 'a second success of one intent is refused');
    return String(await scratch.errorOf("INSERT INTO intents VALUES ('ch_good', 'pi_1')"));
  },

  'payment-mismatch': async ({ ours }) => {
    await makeOrder(ours, 2006);
    await makePayment(ours, 'ch_whole', 2006, 'pi_whole');
    await ours.run(`INSERT INTO payments (charge_id, order_id, amount, currency, status, created_at)
      VALUES ('ch_part', 2006, 2500, 'USD', 'succeeded', '${NOON}')`);
    const notes = await ours.rows(
      "SELECT 1 FROM error_logs WHERE raw_data->>'$.order_id' = '2006' AND trigger_source IS NOT NULL",
    );
    claim(notes.length === 1, 'one note for the payment that differs, none for the other');
    return 'shown';
  },
};
