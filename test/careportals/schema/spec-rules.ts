/** What the design asks for beside tables. */

/** Rows of subscription_status_transitions, all allowed. */
export const specTransitions = [
  ['active', 'cancelled'],
  ['active', 'paused'],
  ['paused', 'active'],
  ['paused', 'cancelled'],
] as const;

/** Trigger name to when it acts. */
export const specTriggers: Record<string, string> = {
  prevent_duplicate_email: 'BEFORE INSERT ON customers',
  validate_subscription_cycle: 'BEFORE UPDATE ON subscriptions_active',
  check_payment_amount_match: 'AFTER INSERT ON payments',
  assign_pharmacy: 'BEFORE INSERT ON orders',
  validate_subscription_status_change: 'BEFORE UPDATE ON subscriptions_active',
};

/** Event name to its schedule. */
export const specEvents: Record<string, string> = {
  archive_webhook_logs: 'EVERY 1 DAY',
  archive_error_logs: 'EVERY 1 DAY',
};

/** What the design grants on the whole schema, and so on each table. */
export const specRights = { careportals_app: 'SELECT, INSERT, UPDATE', careportals_analyst: 'SELECT' } as const;
