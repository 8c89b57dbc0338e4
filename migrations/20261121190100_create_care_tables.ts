import { Migration } from '@mikro-orm/migrations';

const ID = 'VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin';
const PUBLIC_ID =
  'public_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT (LOWER(HEX(UUID_TO_BIN(UUID(), 1))))';
const TABLE_OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

/** Whose a row is: the customer as far as known, and the id by which CarePortals told them. */
const WHOSE = `customer_id ${ID} NULL,
  emr_customer_id ${ID} NULL`;
const TOLD = `created_at DATETIME(3) NOT NULL,
  updated_at DATETIME(3) NOT NULL,
  told_at JSON NOT NULL`;

function customerKey(table: string): string {
  return `KEY idx_customer_id (customer_id),
  KEY idx_emr_customer_id (emr_customer_id),
  KEY idx_created_at (created_at),
  CONSTRAINT fk_${table}_customer FOREIGN KEY (customer_id) REFERENCES customers (customer_id) ON DELETE SET NULL ON UPDATE CASCADE`;
}

const PRESCRIPTIONS = `CREATE TABLE IF NOT EXISTS prescriptions (
  prescription_id ${ID} NOT NULL,
  ${PUBLIC_ID},
  ${WHOSE},
  drugs JSON NULL,
  fulfillments JSON NULL,
  notes TEXT NULL,
  ${TOLD},
  PRIMARY KEY (prescription_id),
  UNIQUE KEY idx_public_id (public_id),
  ${customerKey('prescriptions')}
) ${TABLE_OPTIONS}`;

/** Which orders a prescription serves. Without a key to orders: the order may arrive later, or never. */
const PRESCRIPTION_ORDERS = `CREATE TABLE IF NOT EXISTS prescription_orders (
  prescription_id ${ID} NOT NULL,
  order_id BIGINT NOT NULL,
  PRIMARY KEY (prescription_id, order_id),
  KEY idx_order_id (order_id),
  CONSTRAINT fk_prescription_orders_prescription FOREIGN KEY (prescription_id) REFERENCES prescriptions (prescription_id) ON DELETE RESTRICT ON UPDATE CASCADE
) ${TABLE_OPTIONS}`;

const MESSAGES = `CREATE TABLE IF NOT EXISTS messages (
  message_id ${ID} NOT NULL,
  ${PUBLIC_ID},
  ${WHOSE},
  channel VARCHAR(20) NULL,
  inbound BOOLEAN NULL,
  sender_name VARCHAR(200) NULL,
  contact_email VARCHAR(255) NULL,
  subject TEXT NULL,
  content TEXT NULL,
  status VARCHAR(50) NULL,
  ${TOLD},
  PRIMARY KEY (message_id),
  UNIQUE KEY idx_public_id (public_id),
  ${customerKey('messages')}
) ${TABLE_OPTIONS}`;

/** Each submission as it was told. What of them counts stands in questionnaire_responses. */
const SUBMISSIONS = `CREATE TABLE IF NOT EXISTS questionnaire_submissions (
  submission_id ${ID} NOT NULL,
  ${WHOSE},
  questionnaire_type VARCHAR(100) NOT NULL,
  answers JSON NULL,
  ${TOLD},
  PRIMARY KEY (submission_id),
  ${customerKey('questionnaire_submissions')}
) ${TABLE_OPTIONS}`;

export class CreateCareTables extends Migration {
  override name = '20261121190100_create_care_tables';

  override up(): void {
    for (const sql of [PRESCRIPTIONS, PRESCRIPTION_ORDERS, MESSAGES, SUBMISSIONS]) this.addSql(sql);
  }

  override down(): void {
    for (const table of ['questionnaire_submissions', 'messages', 'prescription_orders', 'prescriptions']) {
      this.addSql(`DROP TABLE IF EXISTS ${table}`);
    }
  }

  override isTransactional(): boolean {
    return false;
  }
}
