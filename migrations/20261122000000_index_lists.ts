import { Migration } from '@mikro-orm/migrations';

/**
 * An index for each way in which lists are filtered and sorted. Where a filter lets many rows through, its index goes on
 * with the order that the list has by itself, so that a page is read and not sorted. InnoDB ends each with the primary
 * key, which settles equal values.
 */
const INDEXES: Record<string, Record<string, string>> = {
  orders: {
    idx_source_created: '(source, created_at)',
    idx_product_created: '(product_id, created_at)',
    idx_pharmacy_created: '(pharmacy_assigned, created_at)',
    idx_coupon_created: '(coupon_code, created_at)',
    idx_province_created: '(ship_to_province_code, created_at)',
    idx_stub_created: '(is_stub, created_at)',
    idx_total_amount: '(total_amount)',
    idx_current_status_at: '(current_status_at)',
  },
  payments: { idx_status_created: '(status, created_at)', idx_amount: '(amount)' },
  refunds: {
    idx_status_created: '(status, created_at)',
    idx_reason_created: '(reason, created_at)',
    idx_amount: '(amount)',
  },
  customers: {
    idx_last_name_alone: '(last_name)',
    idx_first_name_alone: '(first_name)',
    idx_first_name: '(first_name, last_name)',
    idx_email_sort: '(email)',
  },
  addresses: {
    // After a unique key nothing is left to settle, but MySQL would sort all the same.
    idx_address_public: '(address_id, public_id)',
    idx_province_public: '(province_code, public_id)',
    idx_postal_public: '(postal_code, public_id)',
  },
  products: {
    idx_created_at: '(created_at)',
    idx_list_price: '(list_price)',
    idx_review_created: '(needs_review, created_at)',
  },
  coupons: { idx_created_at: '(created_at)' },
  subscriptions: {
    idx_state_next_cycle: '(state, next_cycle_date)',
    idx_state_scheduled: '(state, scheduled_at)',
    idx_state_action: '(state, scheduled_action, scheduled_at)',
  },
  subscriptions_active: subscriptionIndexes(),
  subscriptions_paused: subscriptionIndexes(),
  subscriptions_cancelled: subscriptionIndexes(),
  prescriptions: { idx_updated_at: '(updated_at)' },
  messages: { idx_channel_created: '(channel, created_at)', idx_inbound_created: '(inbound, created_at)' },
};

/** The three tables are joined with the spine, whose key settles equal values: theirs would not give the order. */
function subscriptionIndexes(): Record<string, string> {
  return {
    idx_created_subscription: '(created_at, subscription_id)',
    idx_updated_subscription: '(updated_at, subscription_id)',
  };
}

export class IndexLists extends Migration {
  override name = '20261122000000_index_lists';

  // MySQL commits each statement by itself, and cannot add an index "if not exists" (1061 on a repeated run): asked first.
  override async up(): Promise<void> {
    for (const [table, indexes] of Object.entries(INDEXES)) {
      const known = await this.#indexesOf(table);
      const missing = Object.entries(indexes).filter(([name]) => !known.has(name));
      const added = missing.map(([name, columns]) => `ADD KEY ${name} ${columns}`);
      if (added.length > 0) this.addSql(`ALTER TABLE ${table} ${added.join(', ')}`);
    }
  }

  override down(): void {
    for (const [table, indexes] of Object.entries(INDEXES)) {
      const dropped = Object.keys(indexes).map((name) => `DROP KEY ${name}`);
      this.addSql(`ALTER TABLE ${table} ${dropped.join(', ')}`);
    }
  }

  async #indexesOf(table: string): Promise<Set<string>> {
    const rows = (await this.execute(
      `SELECT DISTINCT index_name AS name FROM information_schema.statistics
        WHERE table_schema = DATABASE() AND table_name = ?`,
      [table],
    )) as { name: string }[];
    return new Set(rows.map(({ name }) => name));
  }

  override isTransactional(): boolean {
    return false;
  }
}
