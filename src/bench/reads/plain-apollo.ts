import { ApolloServer, type ApolloServerOptionsWithTypeDefs } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { GraphQLDateTimeISO } from 'graphql-scalars';
import { OrderStatus } from '../../modules/careportals/orders/order-status.ts';
import { tellParent } from '../tell-parent.ts';
import { letIn } from './peer.ts';

/** The part of the graph that the operations ask for, with the same names. */
const typeDefs = `
  scalar DateTimeISO
  enum OrderStatus { ${Object.keys(OrderStatus).join(' ')} }
  type Query {
    customers(first: Int! = 20, filter: CustomerFilter!): CustomerConnection!
    order(orderId: ID!): Order
    orders(first: Int! = 20, filter: OrderFilter!): OrderConnection!
  }
  input CustomerFilter { createdBefore: DateTimeISO! }
  input OrderFilter { status: [OrderStatus!]! createdFrom: DateTimeISO! createdBefore: DateTimeISO! }
  type CustomerConnection { nodes: [Customer!]! }
  type OrderConnection { nodes: [Order!]! }
  type PaymentConnection { nodes: [Payment!]! }
  type OrderStatusUpdateConnection { nodes: [OrderStatusUpdate!]! }
  type Customer {
    id: ID! customerId: ID! email: String firstName: String lastName: String phone: String createdAt: DateTimeISO!
    orders(first: Int! = 20): OrderConnection!
  }
  type Order {
    id: ID! orderId: ID! status: OrderStatus statusUpdatedAt: DateTimeISO totalAmount: Int! createdAt: DateTimeISO!
    customer: Customer product: Product payments: PaymentConnection! statusHistory: OrderStatusUpdateConnection!
  }
  type Product { productId: ID! label: String listPrice: Int! }
  type Payment {
    paymentId: ID! amount: Int! currency: String! status: String! cardBrand: String cardLast4: String
    createdAt: DateTimeISO!
  }
  type OrderStatusUpdate { status: OrderStatus! statusUpdatedAt: DateTimeISO! source: String }
`;

export interface CustomersArgs {
  first: number;
  filter: { createdBefore: Date };
}

export interface OrdersArgs {
  first: number;
  filter: { status: OrderStatus[]; createdFrom: Date; createdBefore: Date };
}

/** Apollo's own server as it comes, with its defaults. @param contextOf makes what belongs to one request. */
export async function serveApollo<Context extends object>(
  resolvers: ApolloServerOptionsWithTypeDefs<Context>['resolvers'] & object,
  contextOf: () => Context,
): Promise<void> {
  const scalars = { DateTimeISO: GraphQLDateTimeISO, OrderStatus };
  const server = new ApolloServer<Context>({ typeDefs, resolvers: { ...scalars, ...resolvers } });
  const { url } = await startStandaloneServer<Context>(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req }) => {
      await letIn(req.headers.authorization);
      return contextOf();
    },
  });
  tellParent(Number(new URL(url).port));
}
