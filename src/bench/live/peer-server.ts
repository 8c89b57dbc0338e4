import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { tellParent } from '../tell-parent.ts';

/** What a peer is told to do. */
export type PeerOrder = { texts: string[] } | { from: number; count: number };

/**
 * A process that the server is measured against: takes orders on a socket of its own.
 * @param clients gets all other sockets.
 */
export function servePeer(clients: WebSocketServer, obey: (order: PeerOrder) => void): void {
  const orders = new WebSocketServer({ noServer: true });
  orders.on('connection', (socket) => socket.on('message', (text) => obey(JSON.parse(String(text)) as PeerOrder)));
  const server = createServer();
  server.on('upgrade', (request: IncomingMessage, socket, head) => {
    const taker = request.url === '/orders' ? orders : clients;
    taker.handleUpgrade(request, socket, head, (ws) => taker.emit('connection', ws, request));
  });
  server.listen(0, '127.0.0.1', () => tellParent((server.address() as AddressInfo).port));
}
