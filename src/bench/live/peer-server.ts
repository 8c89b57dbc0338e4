import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** What a peer is told to do. */
export type PeerOrder = { texts: string[] } | { from: number; count: number };

/**
 * A process that the server is measured against: tells its parent its port, its CPU to who asks over HTTP, and takes
 * orders on a socket of its own.
 * @param clients gets all other sockets.
 */
export function servePeer(clients: WebSocketServer, obey: (order: PeerOrder) => void): void {
  const orders = new WebSocketServer({ noServer: true });
  orders.on('connection', (socket) => socket.on('message', (text) => obey(JSON.parse(String(text)) as PeerOrder)));
  const server = createServer((_request, response) => {
    const { user, system } = process.cpuUsage();
    response.end(String((user + system) / 1_000));
  });
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    const taker = request.url === '/orders' ? orders : clients;
    taker.handleUpgrade(request, socket, head, (ws) => taker.emit('connection', ws, request));
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  process.once('disconnect', () => process.exit(0));
}
