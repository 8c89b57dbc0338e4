import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { buildSchema, graphql } from 'graphql';
import { useServer as serveSockets } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { explorerRouter } from '../../src/explorer/serve-explorer.ts';

/** As much of the public schema as the explorer's own starter tabs name. */
export const tinySchema = buildSchema(`
  type Query {
    customers(first: Int): CustomerConnection!
  }
  type Mutation {
    pauseSubscription(input: PauseSubscriptionInput!): PauseSubscriptionPayload!
  }
  type Subscription {
    orderStatusChanged: OrderStatusEvent!
  }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type CustomerConnection { nodes: [Customer!]! totalCount: Int! pageInfo: PageInfo! }
  type Customer {
    customerId: ID!
    orders(first: Int): OrderConnection
    subscriptions(first: Int): CareSubscriptionConnection
  }
  type OrderConnection { nodes: [Order!]! }
  type Order { orderId: ID! status: String totalAmount: Int currency: String }
  type CareSubscriptionConnection { nodes: [CareSubscription!]! }
  type CareSubscription {
    subscriptionId: ID!
    status: String!
    version: Int
    nextCycleDate: String
    product: Product
    availableActions: [AvailableAction!]!
  }
  type Product { label: String }
  type AvailableAction { action: String! allowed: Boolean! message: String }
  input PauseSubscriptionInput { subscriptionId: ID! reason: String comment: String cycles: Int }
  type PauseSubscriptionPayload { subscription: CareSubscription auditEntry: AuditEntry userErrors: [UserError!]! }
  type AuditEntry { id: ID! }
  type UserError { code: String! message: String! path: [String!]! }
  type OrderStatusEvent {
    cursor: String!
    kind: String!
    previousStatus: String
    status: String
    statusUpdatedAt: String
    order: Order
  }
`);

const subscription = { subscriptionId: 'S-17', status: 'ACTIVE', version: 3, availableActions: [] };

const roots = {
  customers: {
    totalCount: 1,
    nodes: [
      {
        customerId: 'C-4711',
        orders: { nodes: [{ orderId: '9001', status: 'SHIPPED', totalAmount: 29900, currency: 'usd' }] },
        subscriptions: { nodes: [subscription] },
      },
    ],
    pageInfo: { hasNextPage: false, endCursor: null },
  },
  pauseSubscription: ({ input }: { input: { subscriptionId: string } }) => ({
    subscription: { ...subscription, subscriptionId: input.subscriptionId, status: 'PAUSED', version: 4 },
    auditEntry: { id: '88' },
    userErrors: [],
  }),
};

/** One event at once, then none: the subscription stays open until the client ends it. */
class OneEvent implements AsyncIterableIterator<unknown> {
  private sent = false;
  private end = () => {};
  private readonly ended = new Promise<void>((resolve) => {
    this.end = resolve;
  });

  constructor(private readonly onEnd: () => void) {}

  async next(): Promise<IteratorResult<unknown>> {
    if (this.sent) await this.ended;
    if (this.sent) return { done: true, value: undefined };
    this.sent = true;
    const event = { cursor: 'cursor-1', kind: 'CHANGE', status: 'SHIPPED', order: { orderId: '9001' } };
    return { done: false, value: { orderStatusChanged: event } };
  }

  async return(): Promise<IteratorResult<unknown>> {
    this.onEnd();
    this.end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}

export interface TinyServer {
  origin: string;
  /** The Authorization header of each POST to /graphql, "none" where there was none. */
  headers: string[];
  /** What each socket opened with as connectionParams.authorization. */
  socketTokens: unknown[];
  /** How many live subscriptions have begun and how many the client has ended. */
  live: { begun: number; ended: number };
  stop: () => Promise<void>;
}

/** A server with the explorer and a graph of constants, on a free port of this machine. It takes the token "good". */
export async function startTinyServer(folder?: string): Promise<TinyServer> {
  const headers: string[] = [];
  const socketTokens: unknown[] = [];
  const live = { begun: 0, ended: 0 };
  const app = express();
  app.use(explorerRouter({ folder }));
  app.post('/graphql', express.json(), async (request, response) => {
    headers.push(request.headers.authorization ?? 'none');
    const { query, variables, operationName } = request.body;
    const refused = { errors: [{ message: 'Sign in first', extensions: { code: 'UNAUTHENTICATED' } }] };
    if (request.headers.authorization !== 'Bearer good') return void response.status(401).json(refused);
    const source = { schema: tinySchema, source: query, rootValue: roots, variableValues: variables, operationName };
    response.json(await graphql(source));
  });
  const server = createServer(app);
  const sockets = new WebSocketServer({ server, path: '/graphql' });
  const graph = serveSockets(
    {
      schema: tinySchema,
      onConnect: ({ connectionParams }) => {
        socketTokens.push(connectionParams?.authorization);
        return connectionParams?.authorization === 'Bearer good';
      },
      roots: {
        subscription: {
          orderStatusChanged: () => {
            live.begun += 1;
            return new OneEvent(() => {
              live.ended += 1;
            });
          },
        },
      },
    },
    sockets,
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async () => {
    await graph.dispose();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { origin, headers, socketTokens, live, stop };
}
