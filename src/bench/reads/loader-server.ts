import DataLoader from 'dataloader';
import { createPool, type Pool, type RowDataPacket } from 'mysql2/promise';
import { orderStatusOf } from '../../modules/careportals/orders/order-status.ts';
import { serverOf } from '../../platform/database/connect.ts';
import { POOL_SIZE, settings, settle } from './peer.ts';
import { type CustomersArgs, type OrdersArgs, serveApollo } from './plain-apollo.ts';

/** Apollo as it comes: resolvers, DataLoader, plain rows by mysql2. */
const { dbName: database, ...server } = serverOf(settings.url);
const pool: Pool = createPool({ ...server, database, timezone: 'Z', connectionLimit: POOL_SIZE });
pool.on('connection', settle);

const CUSTOMER =
  'public_id AS publicId, customer_id AS customerId, email, first_name AS firstName, last_name AS lastName, phone, created_at AS createdAt';
const ORDER =
  'public_id AS publicId, order_id AS orderId, customer_id AS customerId, product_id AS productId, current_status AS currentStatus, current_status_at AS statusUpdatedAt, total_amount AS totalAmount, created_at AS createdAt';
const PAYMENT =
  'y.payment_id AS paymentId, y.amount, y.currency, y.status, y.card_brand AS cardBrand, y.card_last4 AS cardLast4, y.created_at AS createdAt';

async function read(sql: string, params: unknown[]): Promise<RowDataPacket[]> {
  const [rows] = await pool.query<RowDataPacket[]>(sql, params);
  return rows;
}

type Key = string | number;

/** Rows by a key, of many keys in one statement. */
function many(sql: string): DataLoader<Key, RowDataPacket[]> {
  return new DataLoader(async (keys) => {
    const groups = Map.groupBy(await read(sql, [keys]), (row) => row.parent as Key);
    return keys.map((key) => groups.get(key) ?? []);
  });
}

function one(sql: string, field: string): DataLoader<Key, RowDataPacket | null> {
  return new DataLoader(async (keys) => {
    const rows = new Map((await read(sql, [keys])).map((row) => [row[field] as Key, row]));
    return keys.map((key) => rows.get(key) ?? null);
  });
}

const loadersOfRequest = () => ({
  customers: one(`SELECT ${CUSTOMER} FROM customers WHERE customer_id IN (?)`, 'customerId'),
  products: one(
    'SELECT product_id AS productId, label, list_price AS listPrice FROM products WHERE product_id IN (?)',
    'productId',
  ),
  orders: many(`SELECT * FROM (SELECT ${ORDER}, customer_id AS parent,
      ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY created_at DESC, order_id DESC) AS place
    FROM orders WHERE customer_id IN (?)) placed ORDER BY place`),
  payments: many(`SELECT ${PAYMENT}, link.order_id AS parent
    FROM payment_orders link JOIN payments y ON y.payment_id = link.payment_id
    WHERE link.order_id IN (?) ORDER BY y.created_at DESC, y.payment_id DESC`),
  history: many(`SELECT updated_status AS updatedStatus, status_updated_at AS statusUpdatedAt,
      source, order_id AS parent
    FROM order_status_updates WHERE order_id IN (?) ORDER BY status_updated_at DESC, update_id DESC`),
});
type Loaders = ReturnType<typeof loadersOfRequest>;

await serveApollo<Loaders>(
  {
    Query: {
      customers: async (_: unknown, { first, filter }: CustomersArgs) => ({
        nodes: await read(
          `SELECT ${CUSTOMER} FROM customers WHERE created_at < ? ORDER BY created_at DESC, customer_id DESC LIMIT ?`,
          [filter.createdBefore, first],
        ),
      }),
      order: async (_: unknown, { orderId }: { orderId: string }) =>
        (await read(`SELECT ${ORDER} FROM orders WHERE order_id = ?`, [Number(orderId)]))[0] ?? null,
      orders: async (_: unknown, { first, filter }: OrdersArgs) => ({
        nodes: await read(
          `SELECT ${ORDER} FROM orders WHERE current_status IN (?) AND created_at >= ? AND created_at < ?
            ORDER BY created_at DESC, order_id DESC LIMIT ?`,
          [filter.status, filter.createdFrom, filter.createdBefore, first],
        ),
      }),
    },
    Customer: {
      id: ({ publicId }) => `customer_${publicId}`,
      orders: async ({ customerId }, { first }: { first: number }, { orders }) => ({
        nodes: (await orders.load(customerId)).slice(0, first),
      }),
    },
    Order: {
      id: ({ publicId }) => `order_${publicId}`,
      status: ({ currentStatus }) => orderStatusOf(currentStatus),
      customer: ({ customerId }, _: unknown, { customers }) => customers.load(customerId),
      product: ({ productId }, _: unknown, { products }) => (productId === null ? null : products.load(productId)),
      payments: async ({ orderId }, _: unknown, { payments }) => ({ nodes: await payments.load(orderId) }),
      statusHistory: async ({ orderId }, _: unknown, { history }) => ({ nodes: await history.load(orderId) }),
    },
    OrderStatusUpdate: { status: ({ updatedStatus }) => orderStatusOf(updatedStatus) },
  },
  loadersOfRequest,
);
