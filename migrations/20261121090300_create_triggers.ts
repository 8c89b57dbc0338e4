import { Migration } from '@mikro-orm/migrations';

/**
 * Keeps the order's current status, whoever inserts the history row. It locks the order row first: the same work in an
 * AFTER INSERT trigger deadlocks on the shared lock that the foreign key takes. The text is normalised here as the verbs do it. Newest provider time wins; equal times
 * are settled by stage, then by text, so that the order of arrival never matters. The variable names its character set:
 * it would take the schema's, and one that an operator made with latin1 has no utf8mb4_bin (1253).
 */
const KEEP_CURRENT_STATUS = `CREATE TRIGGER IF NOT EXISTS order_status_keep_current BEFORE INSERT ON order_status_updates FOR EACH ROW
BEGIN
  DECLARE known_status VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci DEFAULT NULL;
  DECLARE known_at DATETIME(3) DEFAULT NULL;
  DECLARE known_stage INT DEFAULT 0;
  DECLARE new_stage INT DEFAULT 0;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  SET NEW.updated_status = LOWER(REPLACE(REPLACE(TRIM(NEW.updated_status), ' ', '_'), '-', '_'));
  IF NEW.updated_status = 'canceled' THEN SET NEW.updated_status = 'cancelled'; END IF;
  SELECT current_status, current_status_at INTO known_status, known_at
    FROM orders WHERE order_id = NEW.order_id FOR UPDATE;
  SET known_stage = FIELD(known_status, 'awaiting_requirements', 'awaiting_script', 'awaiting_shipment', 'shipped');
  SET new_stage = FIELD(NEW.updated_status, 'awaiting_requirements', 'awaiting_script', 'awaiting_shipment', 'shipped');
  SET NEW.changed_current = known_at IS NULL
    OR NEW.status_updated_at > known_at
    OR (NEW.status_updated_at = known_at AND new_stage > known_stage)
    OR (NEW.status_updated_at = known_at AND new_stage = known_stage
        AND NEW.updated_status COLLATE utf8mb4_bin > known_status COLLATE utf8mb4_bin);
  SET NEW.previous_status = IF(NEW.changed_current, known_status, NULL);
  IF NEW.changed_current THEN
    UPDATE orders SET current_status = NEW.updated_status, current_status_at = NEW.status_updated_at
      WHERE order_id = NEW.order_id;
  END IF;
END`;

const PAYMENT_AMOUNT_MATCH = `CREATE TRIGGER IF NOT EXISTS check_payment_amount_match AFTER INSERT ON payments FOR EACH ROW
BEGIN
  DECLARE order_total INT DEFAULT NULL;
  SELECT total_amount INTO order_total FROM orders WHERE order_id = NEW.order_id;
  IF NOT (NEW.amount <=> order_total) THEN
    INSERT INTO error_logs (error_type, error_message, raw_data, trigger_source) VALUES (
      'payment_amount_mismatch',
      CONCAT('Payment amount ', NEW.amount, ' does not match order total ', COALESCE(order_total, 'unknown')),
      JSON_OBJECT('payment_id', NEW.payment_id, 'order_id', NEW.order_id),
      'check_payment_amount_match');
  END IF;
END`;

function appendOnly(name: string, event: 'UPDATE' | 'DELETE', table: string): string {
  return `CREATE TRIGGER IF NOT EXISTS ${name} BEFORE ${event} ON ${table} FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${table} is append-only'`;
}

/** Retention may remove old log rows: the admin account says so in its session. The app account has no DELETE at all. */
function removableByRetention(name: string, table: string): string {
  return `CREATE TRIGGER IF NOT EXISTS ${name} BEFORE DELETE ON ${table} FOR EACH ROW
BEGIN
  IF COALESCE(@careportals_retention, 0) <> 1 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${table} is append-only';
  END IF;
END`;
}

// No name ends in _update or _delete: MikroORM's schema comparison takes such pairs for ever as changed.
const TRIGGERS = {
  order_status_keep_current: KEEP_CURRENT_STATUS,
  check_payment_amount_match: PAYMENT_AMOUNT_MATCH,
  audit_log_unchangeable: appendOnly('audit_log_unchangeable', 'UPDATE', 'subscriptions_audit_log'),
  audit_log_unremovable: appendOnly('audit_log_unremovable', 'DELETE', 'subscriptions_audit_log'),
  webhook_logs_unchangeable: appendOnly('webhook_logs_unchangeable', 'UPDATE', 'webhook_logs'),
  webhook_logs_kept: removableByRetention('webhook_logs_kept', 'webhook_logs'),
  error_logs_unchangeable: appendOnly('error_logs_unchangeable', 'UPDATE', 'error_logs'),
  error_logs_kept: removableByRetention('error_logs_kept', 'error_logs'),
};

export class CreateTriggers extends Migration {
  override name = '20261121090300_create_triggers';

  override up(): void {
    for (const sql of Object.values(TRIGGERS)) this.addSql(sql);
  }

  override down(): void {
    for (const trigger of Object.keys(TRIGGERS)) this.addSql(`DROP TRIGGER IF EXISTS ${trigger}`);
  }

  override isTransactional(): boolean {
    return false;
  }
}
