import { specHistoryTables } from './spec-history-tables.ts';

/**
 * The tables that the user's database design asks for, as data: what the schema is compared with.
 * Where the design gives a column a default and says nothing of NULL, NOT NULL is taken, as its own CREATE TABLE
 * examples have it. A foreign key has a name only where the design gives it one.
 */
export interface SpecTable {
  /** Column name to definition, in order: `TYPE [NOT NULL | NULL] [DEFAULT x] [ON UPDATE x] [AUTO_INCREMENT]`. */
  columns: Record<string, string>;
  /** Index name to `[UNIQUE ](columns)`. */
  indexes: Record<string, string>;
  foreignKeys?: SpecForeignKey[];
  /** Check name to condition. */
  checks?: Record<string, string>;
}

export interface SpecForeignKey {
  name?: string;
  /** `(columns)` of this table. */
  columns: string;
  /** `table (columns) ON DELETE action ON UPDATE action` */
  rule: string;
}

const CREATED = 'TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP';
const UPDATED = 'TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP';
const AUTO_ID = 'BIGINT NOT NULL AUTO_INCREMENT';

/** The three tables of subscriptions are one table thrice, but the check stands on the first alone. */
const SUBSCRIPTIONS: SpecTable = {
  columns: {
    id: AUTO_ID,
    subscription_id: 'VARCHAR(255) NOT NULL',
    customer_id: 'VARCHAR(255) NULL',
    product_id: 'VARCHAR(255) NULL',
    cycle: 'INT NOT NULL',
    status: 'VARCHAR(20) NOT NULL',
    created_at: 'TIMESTAMP NOT NULL',
    updated_at: 'TIMESTAMP NULL',
  },
  indexes: {
    PRIMARY: 'UNIQUE (id)',
    idx_subscription_id: 'UNIQUE (subscription_id)',
    idx_customer_id: '(customer_id)',
    idx_product_id: '(product_id)',
    idx_created_at: '(created_at)',
    idx_customer_product: '(customer_id, product_id)',
  },
  foreignKeys: [
    { columns: '(customer_id)', rule: 'customers (customer_id) ON DELETE SET NULL ON UPDATE CASCADE' },
    { columns: '(product_id)', rule: 'products (product_id) ON DELETE SET NULL ON UPDATE CASCADE' },
  ],
};

export const specTables: Record<string, SpecTable> = {
  customers: {
    columns: {
      customer_id: 'VARCHAR(255) NOT NULL',
      email: 'VARCHAR(255) NOT NULL',
      first_name: 'VARCHAR(100) NOT NULL',
      last_name: 'VARCHAR(100) NOT NULL',
      phone: 'BIGINT NOT NULL',
      created_at: CREATED,
      updated_at: UPDATED,
    },
    indexes: {
      PRIMARY: 'UNIQUE (customer_id)',
      idx_email: 'UNIQUE (email)',
      // Among the business rules, not in the table: the same key once more.
      unique_email: 'UNIQUE (email)',
      idx_created_at: '(created_at)',
    },
  },

  addresses: {
    columns: {
      address_id: 'CHAR(32) NOT NULL',
      address1: 'VARCHAR(255) NULL',
      address2: 'VARCHAR(255) NULL',
      city: 'VARCHAR(100) NULL',
      province_code: 'CHAR(2) NULL',
      postal_code: 'VARCHAR(20) NULL',
      country_code: 'CHAR(2) NULL',
    },
    indexes: {
      PRIMARY: 'UNIQUE (address_id)',
      idx_province: '(province_code)',
      idx_postal: '(postal_code)',
      idx_province_postal: '(province_code, postal_code)',
    },
  },

  products: {
    columns: {
      product_id: 'VARCHAR(255) NOT NULL',
      short_name: 'VARCHAR(100) NULL',
      label: 'VARCHAR(255) NULL',
      sub_label: 'VARCHAR(255) NULL',
      drug_name: 'VARCHAR(255) NOT NULL',
      list_price: 'INT NOT NULL',
      sale_price: 'INT NULL',
      sale_cycle_duration: 'INT NULL',
      renewal_price: 'INT NULL',
      renewal_cycle_duration: 'INT NOT NULL',
      active: 'BOOLEAN NOT NULL DEFAULT TRUE',
      direct_cart_link: 'TEXT NULL',
      created_at: CREATED,
      updated_at: UPDATED,
    },
    indexes: {
      PRIMARY: 'UNIQUE (product_id)',
      idx_active: '(active)',
      idx_short_name: '(short_name)',
    },
  },

  coupons: {
    columns: {
      coupon_code: 'VARCHAR(50) NOT NULL',
      reduction_amount: 'INT NOT NULL',
      reduction_type: "ENUM('dollar','percent') NULL",
      description: 'TEXT NOT NULL',
      active: 'BOOLEAN NOT NULL DEFAULT TRUE',
      valid_from: 'TIMESTAMP NULL',
      valid_until: 'TIMESTAMP NULL',
      created_at: CREATED,
      updated_at: UPDATED,
    },
    indexes: {
      PRIMARY: 'UNIQUE (coupon_code)',
      idx_active_valid: '(active, valid_from, valid_until)',
    },
  },

  orders: {
    columns: {
      order_id: 'BIGINT NOT NULL',
      care_portals_internal_order_id: 'VARCHAR(255) NOT NULL',
      customer_id: 'VARCHAR(255) NOT NULL',
      shipping_address_id: 'CHAR(32) NULL',
      product_id: 'VARCHAR(255) NULL',
      coupon_code: 'VARCHAR(50) NULL',
      source: 'VARCHAR(50) NOT NULL',
      total_amount: 'INT NOT NULL',
      discount_amount: 'INT NOT NULL DEFAULT 0',
      base_amount: 'INT NOT NULL',
      credit_used_amount: 'INT NOT NULL DEFAULT 0',
      discount_reduction_amount: 'INT NOT NULL DEFAULT 0',
      discount_reduction_type: 'VARCHAR(20) NULL',
      pharmacy_assigned: 'VARCHAR(50) NULL',
      created_at: 'TIMESTAMP NOT NULL',
      updated_at: UPDATED,
    },
    indexes: {
      PRIMARY: 'UNIQUE (order_id)',
      idx_internal_order_id: 'UNIQUE (care_portals_internal_order_id)',
      idx_customer_id: '(customer_id)',
      idx_product_id: '(product_id)',
      idx_source: '(source)',
      idx_pharmacy: '(pharmacy_assigned)',
      idx_created_at: '(created_at)',
      idx_customer_created: '(customer_id, created_at)',
    },
    foreignKeys: [
      {
        name: 'fk_orders_customer',
        columns: '(customer_id)',
        rule: 'customers (customer_id) ON DELETE RESTRICT ON UPDATE CASCADE',
      },
      {
        name: 'fk_orders_address',
        columns: '(shipping_address_id)',
        rule: 'addresses (address_id) ON DELETE SET NULL ON UPDATE CASCADE',
      },
      {
        name: 'fk_orders_product',
        columns: '(product_id)',
        rule: 'products (product_id) ON DELETE SET NULL ON UPDATE CASCADE',
      },
      {
        name: 'fk_orders_coupon',
        columns: '(coupon_code)',
        rule: 'coupons (coupon_code) ON DELETE SET NULL ON UPDATE CASCADE',
      },
    ],
    checks: {
      check_total_amount: 'total_amount >= 0',
      check_base_amount: 'base_amount >= 0',
      check_discount_logic: 'total_amount = base_amount - discount_amount + credit_used_amount',
    },
  },

  payments: {
    columns: {
      payment_id: AUTO_ID,
      charge_id: 'VARCHAR(255) NOT NULL',
      payment_intent_id: 'VARCHAR(255) NOT NULL',
      order_id: 'BIGINT NOT NULL',
      stripe_customer_id: 'VARCHAR(255) NOT NULL',
      payment_method_id: 'VARCHAR(255) NULL',
      amount: 'INT NOT NULL',
      currency: 'CHAR(3) NOT NULL',
      card_last4: 'CHAR(4) NULL',
      card_brand: 'VARCHAR(20) NULL',
      status: 'VARCHAR(20) NOT NULL',
      description: 'TEXT NULL',
      application_fee_amount: 'INT NOT NULL DEFAULT 0',
      created_at: 'TIMESTAMP NOT NULL',
      webhook_received_at: CREATED,
    },
    indexes: {
      PRIMARY: 'UNIQUE (payment_id)',
      idx_charge_id: 'UNIQUE (charge_id)',
      idx_payment_intent: 'UNIQUE (payment_intent_id)',
      idx_order_id: '(order_id)',
      idx_stripe_customer: '(stripe_customer_id)',
      idx_status: '(status)',
      idx_created_at: '(created_at)',
    },
    foreignKeys: [{ columns: '(order_id)', rule: 'orders (order_id) ON DELETE RESTRICT ON UPDATE CASCADE' }],
  },

  refunds: {
    columns: {
      refund_id: AUTO_ID,
      stripe_refund_id: 'VARCHAR(255) NOT NULL',
      charge_id: 'VARCHAR(255) NOT NULL',
      payment_intent_id: 'VARCHAR(255) NOT NULL',
      amount: 'INT NOT NULL',
      currency: 'CHAR(3) NOT NULL',
      reason: 'VARCHAR(255) NULL',
      status: 'VARCHAR(20) NOT NULL',
      created_at: 'TIMESTAMP NOT NULL',
      webhook_received_at: CREATED,
    },
    indexes: {
      PRIMARY: 'UNIQUE (refund_id)',
      idx_stripe_refund_id: 'UNIQUE (stripe_refund_id)',
      idx_charge_id: '(charge_id)',
      idx_reason: '(reason)',
      idx_status: '(status)',
      idx_created_at: '(created_at)',
    },
    foreignKeys: [{ columns: '(charge_id)', rule: 'payments (charge_id) ON DELETE RESTRICT ON UPDATE CASCADE' }],
  },

  subscriptions_active: { ...SUBSCRIPTIONS, checks: { check_cycle: 'cycle > 0' } },
  subscriptions_paused: SUBSCRIPTIONS,
  subscriptions_cancelled: SUBSCRIPTIONS,

  ...specHistoryTables,
};
