import { EventEmitter, on } from 'node:events';
import { buildSchema, type GraphQLFieldResolver } from 'graphql';
// Named otherwise, because the linter takes a call that begins with "use" for a React hook.
import { useServer as serveOn } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { orderIdOf, TOPICS } from './live-events.ts';
import { type PeerOrder, servePeer } from './peer-server.ts';

/** The answer's fields as the server has them. */
const schema = buildSchema(`
  type Query { orders: Int }
  type Subscription { orderStatusChanged(filter: OrderStatusFilter): OrderStatusEvent! }
  input OrderStatusFilter { orderIds: [ID!] }
  type OrderStatusEvent {
    cursor: String! kind: String! updateId: ID previousStatus: String status: String
    statusUpdatedAt: String receivedAt: String order: Order
  }
  type Order { orderId: ID! }
`);

const hub = new EventEmitter().setMaxListeners(0);
let events: unknown[] = [];

/** As projects write it: each client has an iterator of its own, and each event is executed for each client. */
const follow: GraphQLFieldResolver<unknown, unknown> = (_root, args) => {
  const { filter } = args as { filter?: { orderIds: string[] } };
  return on(hub, filter?.orderIds[0] ?? 'all');
};
const field = schema.getSubscriptionType()?.getFields().orderStatusChanged;
if (field === undefined) throw new Error('The schema lacks orderStatusChanged.');
field.subscribe = follow;
field.resolve = (emitted) => (emitted as unknown[])[0];

const clients = new WebSocketServer({ noServer: true });
serveOn({ schema }, clients);
servePeer(clients, obey);

function obey(order: PeerOrder): void {
  if ('texts' in order) {
    events = order.texts.map((text) => JSON.parse(text).payload.data.orderStatusChanged);
    return;
  }
  for (let number = order.from; number < order.from + order.count; number++) {
    hub.emit('all', events[number % TOPICS]);
    hub.emit(orderIdOf(number), events[number % TOPICS]);
  }
}
