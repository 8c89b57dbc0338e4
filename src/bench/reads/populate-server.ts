import { defineEntity, p } from '@mikro-orm/core';
import { MikroORM } from '@mikro-orm/mysql';
import type { Pool } from 'mysql2';
import { orderStatusOf } from '../../modules/careportals/orders/order-status.ts';
import { serverOf } from '../../platform/database/connect.ts';
import { POOL_SIZE, settings, settle } from './peer.ts';
import { type CustomersArgs, type OrdersArgs, serveApollo } from './plain-apollo.ts';

/** Apollo with MikroORM's entities, and what they lead to populated. */
const bigint = () => p.bigint('string');
const instant = () => p.datetime(3);
const newestFirst = { createdAt: 'desc', orderId: 'desc' } as const;

const Product = defineEntity({
  name: 'Product',
  tableName: 'products',
  properties: { productId: p.string().primary(), label: p.string().nullable(), listPrice: p.integer() },
});

const Payment = defineEntity({
  name: 'Payment',
  tableName: 'payments',
  properties: {
    paymentId: bigint().primary(),
    amount: p.integer(),
    currency: p.string(),
    status: p.string(),
    cardBrand: p.string().nullable(),
    cardLast4: p.string().nullable(),
    createdAt: instant(),
  },
});

const StatusUpdate = defineEntity({
  name: 'StatusUpdate',
  tableName: 'order_status_updates',
  properties: {
    updateId: bigint().primary(),
    order: () => p.manyToOne(Order).joinColumn('order_id'),
    updatedStatus: p.string(),
    statusUpdatedAt: instant(),
    source: p.string().nullable(),
  },
});

const Order = defineEntity({
  name: 'Order',
  tableName: 'orders',
  properties: {
    orderId: bigint().primary(),
    publicId: p.string(),
    currentStatus: p.string().nullable(),
    statusUpdatedAt: instant().fieldName('current_status_at').nullable(),
    totalAmount: p.integer(),
    createdAt: instant(),
    customer: () => p.manyToOne(Customer).joinColumn('customer_id'),
    product: () => p.manyToOne(Product).joinColumn('product_id').nullable(),
    payments: () =>
      p
        .manyToMany(Payment)
        .pivotTable('payment_orders')
        .joinColumn('order_id')
        .inverseJoinColumn('payment_id')
        .orderBy({ createdAt: 'desc', paymentId: 'desc' }),
    history: () => p.oneToMany(StatusUpdate).mappedBy('order').orderBy({ statusUpdatedAt: 'desc', updateId: 'desc' }),
  },
});

const Customer = defineEntity({
  name: 'Customer',
  tableName: 'customers',
  properties: {
    customerId: p.string().primary(),
    publicId: p.string(),
    email: p.string(),
    firstName: p.string().nullable(),
    lastName: p.string().nullable(),
    phone: p.string().nullable(),
    createdAt: instant(),
    orders: () => p.oneToMany(Order).mappedBy('customer').orderBy(newestFirst),
  },
});

const { dbName, ...server } = serverOf(settings.url);
const orm = await MikroORM.init({
  ...server,
  dbName,
  entities: [Product, Payment, StatusUpdate, Order, Customer],
  pool: { max: POOL_SIZE },
  ensureDatabase: false,
  timezone: 'Z',
});
((await orm.em.getConnection().getNativeClient()) as Pool).on('connection', settle);

/** The strategy that reads several lists beside each other without multiplying them. */
const strategy = 'select-in';

interface Request {
  em: ReturnType<typeof orm.em.fork>;
}

await serveApollo<Request>(
  {
    Query: {
      customers: async (_: unknown, { first, filter }: CustomersArgs, { em }) => ({
        nodes: await em.find(
          Customer,
          { createdAt: { $lt: filter.createdBefore } },
          {
            limit: first,
            orderBy: { createdAt: 'desc', customerId: 'desc' },
            populate: ['orders.product', 'orders.payments'],
            strategy,
          },
        ),
      }),
      order: (_: unknown, { orderId }: { orderId: string }, { em }) =>
        em.findOne(Order, { orderId }, { populate: ['customer', 'product', 'payments', 'history'], strategy }),
      orders: async (_: unknown, { first, filter }: OrdersArgs, { em }) => ({
        nodes: await em.find(
          Order,
          {
            currentStatus: { $in: filter.status },
            createdAt: { $gte: filter.createdFrom, $lt: filter.createdBefore },
          },
          { limit: first, orderBy: newestFirst, populate: ['customer'], strategy },
        ),
      }),
    },
    Customer: {
      id: ({ publicId }) => `customer_${publicId}`,
      orders: ({ orders }, { first }: { first: number }) => ({ nodes: orders.getItems().slice(0, first) }),
    },
    Order: {
      id: ({ publicId }) => `order_${publicId}`,
      status: ({ currentStatus }) => orderStatusOf(currentStatus),
      payments: ({ payments }) => ({ nodes: payments.getItems() }),
      statusHistory: ({ history }) => ({ nodes: history.getItems() }),
    },
    OrderStatusUpdate: { status: ({ updatedStatus }) => orderStatusOf(updatedStatus) },
  },
  () => ({ em: orm.em.fork() }),
);
