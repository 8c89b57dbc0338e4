import type { SpecTable } from './spec-tables.ts';

const CREATED = 'TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP';
const AUTO_ID = 'BIGINT NOT NULL AUTO_INCREMENT';

/** The second half of the design's tables: what happened, answers, logs and the table of transitions. */
export const specHistoryTables: Record<string, SpecTable> = {
  subscriptions_audit_log: {
    columns: {
      log_id: AUTO_ID,
      subscription_id: 'VARCHAR(255) NOT NULL',
      customer_id: 'VARCHAR(255) NULL',
      product_id: 'VARCHAR(255) NULL',
      cycle: 'INT NOT NULL',
      status: 'VARCHAR(20) NOT NULL',
      trigger_type: 'VARCHAR(50) NOT NULL',
      created_at: 'TIMESTAMP NOT NULL',
      updated_at: 'TIMESTAMP NOT NULL',
      webhook_received_at: CREATED,
      raw_data: 'JSON NULL',
    },
    indexes: {
      PRIMARY: 'UNIQUE (log_id)',
      idx_subscription_id: '(subscription_id)',
      idx_customer_id: '(customer_id)',
      idx_status: '(status)',
      idx_trigger_type: '(trigger_type)',
      idx_webhook_received: '(webhook_received_at)',
      idx_subscription_received: '(subscription_id, webhook_received_at)',
    },
  },

  order_status_updates: {
    columns: {
      update_id: AUTO_ID,
      order_id: 'BIGINT NOT NULL',
      updated_status: 'VARCHAR(50) NOT NULL',
      order_created_at: 'TIMESTAMP NOT NULL',
      status_updated_at: 'TIMESTAMP NOT NULL',
      webhook_received_at: CREATED,
    },
    indexes: {
      PRIMARY: 'UNIQUE (update_id)',
      idx_order_id: '(order_id)',
      idx_updated_status: '(updated_status)',
      idx_status_updated_at: '(status_updated_at)',
      idx_order_status_time: '(order_id, status_updated_at)',
    },
    foreignKeys: [{ columns: '(order_id)', rule: 'orders (order_id) ON DELETE CASCADE ON UPDATE CASCADE' }],
  },

  orders_cancelled: {
    columns: {
      cancellation_id: AUTO_ID,
      order_id: 'BIGINT NOT NULL',
      cancelled_at: 'TIMESTAMP NOT NULL',
    },
    indexes: {
      PRIMARY: 'UNIQUE (cancellation_id)',
      idx_order_id: 'UNIQUE (order_id)',
      idx_cancelled_at: '(cancelled_at)',
    },
    foreignKeys: [{ columns: '(order_id)', rule: 'orders (order_id) ON DELETE CASCADE ON UPDATE CASCADE' }],
  },

  questionnaire_responses: {
    columns: {
      response_id: AUTO_ID,
      questionnaire_id: 'VARCHAR(100) NOT NULL',
      session_id: 'VARCHAR(100) NOT NULL',
      question_index: 'INT NOT NULL',
      question_type: 'VARCHAR(50) NOT NULL',
      answer_data_type: 'VARCHAR(50) NOT NULL',
      answer_count: 'INT NOT NULL',
      answers: 'JSON NULL',
      composite_key: 'VARCHAR(255) NOT NULL',
      created_at: CREATED,
    },
    indexes: {
      PRIMARY: 'UNIQUE (response_id)',
      idx_questionnaire_id: '(questionnaire_id)',
      idx_session_id: '(session_id)',
      idx_composite_key: '(composite_key)',
      idx_created_at: '(created_at)',
      idx_questionnaire_session: '(questionnaire_id, session_id)',
    },
  },

  webhook_logs: {
    columns: {
      log_id: AUTO_ID,
      webhook_type: 'VARCHAR(50) NOT NULL',
      source_system: 'VARCHAR(50) NOT NULL',
      event_id: 'VARCHAR(255) NULL',
      status: "ENUM('success','failed','pending') NOT NULL",
      error_message: 'TEXT NULL',
      payload: 'JSON NULL',
      processing_time_ms: 'INT NULL',
      received_at: CREATED,
    },
    indexes: {
      PRIMARY: 'UNIQUE (log_id)',
      idx_webhook_type: '(webhook_type)',
      idx_source_system: '(source_system)',
      idx_event_id: '(event_id)',
      idx_status: '(status)',
      idx_received_at: '(received_at)',
      idx_type_status_received: '(webhook_type, status, received_at)',
    },
  },

  error_logs: {
    columns: {
      error_id: AUTO_ID,
      error_type: 'VARCHAR(100) NOT NULL',
      error_message: 'TEXT NOT NULL',
      raw_data: 'JSON NULL',
      trigger_source: 'VARCHAR(100) NULL',
      stack_trace: 'TEXT NULL',
      occurred_at: CREATED,
    },
    indexes: {
      PRIMARY: 'UNIQUE (error_id)',
      idx_error_type: '(error_type)',
      idx_trigger_source: '(trigger_source)',
      idx_occurred_at: '(occurred_at)',
    },
  },

  subscription_status_transitions: {
    columns: {
      from_status: 'VARCHAR(20) NOT NULL',
      to_status: 'VARCHAR(20) NOT NULL',
      allowed: 'BOOLEAN NOT NULL DEFAULT TRUE',
    },
    indexes: { PRIMARY: 'UNIQUE (from_status, to_status)' },
  },
};
