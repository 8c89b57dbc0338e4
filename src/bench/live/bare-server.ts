import { type WebSocket, WebSocketServer } from 'ws';
import { orderIdOf, TOPICS } from './live-events.ts';
import { type PeerOrder, servePeer } from './peer-server.ts';

/** What a client says that matters here. */
interface Said {
  type: string;
  payload?: { variables?: { filter?: { orderIds: string[] } } };
}

/** By the order that is wanted, or everything. */
const wanted = new Map<string, Set<WebSocket>>();
/** What is sent about each order, encoded once: no broadcast can be cheaper. */
let texts: Buffer[] = [];

const clients = new WebSocketServer({ noServer: true });
clients.on('connection', (socket) => {
  socket.on('message', (text) => answer(socket, JSON.parse(String(text)) as Said));
  socket.on('close', () => forget(socket));
});
servePeer(clients, obey);

function answer(socket: WebSocket, { type, payload }: Said): void {
  if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
  if (type === 'ping') socket.send('{"type":"pong"}');
  if (type === 'complete') forget(socket);
  if (type === 'subscribe')
    for (const id of payload?.variables?.filter?.orderIds ?? ['all']) listenersTo(id).add(socket);
}

function forget(socket: WebSocket): void {
  for (const sockets of wanted.values()) sockets.delete(socket);
}

function listenersTo(what: string): Set<WebSocket> {
  const known = wanted.get(what);
  if (known !== undefined) return known;
  const made = new Set<WebSocket>();
  wanted.set(what, made);
  return made;
}

function obey(order: PeerOrder): void {
  if ('texts' in order) {
    texts = order.texts.map((text) => Buffer.from(text));
    return;
  }
  for (let number = order.from; number < order.from + order.count; number++) {
    const text = texts[number % TOPICS] ?? Buffer.alloc(0);
    for (const socket of listenersTo('all')) socket.send(text, { binary: false });
    for (const socket of listenersTo(orderIdOf(number))) socket.send(text, { binary: false });
  }
}
