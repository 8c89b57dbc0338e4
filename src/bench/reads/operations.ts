import type { Connection, RowDataPacket } from 'mysql2/promise';

/** One kind of request that is measured, and what varies from one to the next. */
export interface Operation {
  /** Also its name in the document. */
  name: 'A' | 'B' | 'C';
  title: string;
  document: string;
  /** @returns the variables of so many requests, spread over the rows that there are. */
  variables(admin: Connection, requests: number): Promise<Record<string, unknown>[]>;
}

/** A list with lists below it, some 47 KB. */
const customersWithOrders: Operation = {
  name: 'A',
  title: '20 customers, their 5 newest orders, each with payments, product and latest status',
  document: `query A($before: DateTimeISO!) {
  customers(first: 20, filter: { createdBefore: $before }) {
    nodes {
      id customerId email firstName lastName phone createdAt
      orders(first: 5) {
        nodes {
          id orderId status statusUpdatedAt totalAmount createdAt
          product { productId label listPrice }
          payments { nodes { paymentId amount currency status cardBrand cardLast4 createdAt } }
        }
      }
    }
  }
}`,
  async variables(admin, requests) {
    const [rows] = await admin.query<RowDataPacket[]>(
      `SELECT created_at FROM customers
        WHERE created_at > (SELECT created_at FROM customers ORDER BY created_at LIMIT 1 OFFSET 20)
        ORDER BY SHA2(customer_id, 224) LIMIT ?`,
      [requests],
    );
    return rows.map(({ created_at }) => ({ before: isoOf(created_at) }));
  },
};

/** One thing and all around it, some 1.1 KB. */
const orderInFull: Operation = {
  name: 'B',
  title: 'One order with its customer, product, payments and history',
  document: `query B($orderId: ID!) {
  order(orderId: $orderId) {
    id orderId status statusUpdatedAt totalAmount createdAt
    customer { customerId email firstName lastName phone }
    product { productId label listPrice }
    payments { nodes { paymentId amount currency status cardBrand cardLast4 createdAt } }
    statusHistory { nodes { status statusUpdatedAt source } }
  }
}`,
  async variables(admin, requests) {
    const [rows] = await admin.query<RowDataPacket[]>(
      'SELECT order_id FROM orders WHERE product_id IS NOT NULL ORDER BY SHA2(order_id, 224) LIMIT ?',
      [requests],
    );
    return rows.map(({ order_id }) => ({ orderId: String(order_id) }));
  },
};

/** A flat list by an index. */
const ordersByStatus: Operation = {
  name: 'C',
  title: '50 orders of one status and a span of time, each with the name of its customer',
  document: `query C($status: [OrderStatus!]!, $from: DateTimeISO!, $before: DateTimeISO!) {
  orders(first: 50, filter: { status: $status, createdFrom: $from, createdBefore: $before }) {
    nodes { orderId status totalAmount createdAt customer { firstName lastName } }
  }
}`,
  /** Each span ends with an order and has fifty of its status, if there are as many before it. */
  async variables(admin, requests) {
    const [rows] = await admin.query<RowDataPacket[]>(
      `SELECT current_status, created_at, since FROM (
          SELECT order_id, current_status, created_at,
            LAG(created_at, 60) OVER (PARTITION BY current_status ORDER BY created_at) AS since
          FROM orders) placed
        WHERE since IS NOT NULL AND current_status IN ('completed', 'delivered', 'shipped', 'cancelled')
        ORDER BY SHA2(order_id, 224) LIMIT ?`,
      [requests],
    );
    return rows.map(({ current_status, created_at, since }) => ({
      status: [String(current_status).toUpperCase()],
      from: isoOf(since),
      before: isoOf(created_at),
    }));
  },
};

export const operations: readonly Operation[] = [customersWithOrders, orderInFull, ordersByStatus];

/** MySQL's text of an instant as the graph takes it. */
function isoOf(text: unknown): string {
  return `${String(text).replace(' ', 'T')}Z`;
}
