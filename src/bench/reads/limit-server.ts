import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPool, type RowDataPacket } from 'mysql2';
import { toInstant } from '../../platform/database/instant.ts';
import { mysqlOptions } from '../stand.ts';
import { tellParent } from '../tell-parent.ts';
import { customersJson, customersSql, orderJson, orderSql, ordersJson, ordersSql, type Row } from './hand-written.ts';
import { letIn, POOL_SIZE, settings, settle } from './peer.ts';

/**
 * What could be had at most: bare node:http, one hand-written statement a request, JSON written by hand. It has a route
 * for each operation (`GET /A?before=…`) and the same answers as the graph.
 */
const pool = createPool({ ...mysqlOptions(settings.url), connectionLimit: POOL_SIZE, rowsAsArray: true });
pool.on('connection', settle);

type Route = (query: URLSearchParams, answer: (json: string) => void, fail: (error: Error) => void) => void;

const routes: Record<string, Route> = {
  A: (query, answer, fail) => read(customersSql, [instantOf(query, 'before')], customersJson, answer, fail),
  B: (query, answer, fail) => {
    const orderId = Number(query.get('orderId'));
    read(orderSql, [orderId, orderId, orderId], orderJson, answer, fail);
  },
  C: (query, answer, fail) => {
    const params = [query.get('status')?.toLowerCase(), instantOf(query, 'from'), instantOf(query, 'before')];
    read(ordersSql, params, ordersJson, answer, fail);
  },
};

function read(
  sql: string,
  params: unknown[],
  toJson: (rows: Row[]) => string,
  answer: (json: string) => void,
  fail: (error: Error) => void,
): void {
  pool.query<RowDataPacket[]>(sql, params, (error, rows) => {
    if (error === null) answer(toJson(rows as unknown as Row[]));
    else fail(error);
  });
}

function instantOf(query: URLSearchParams, name: string): string {
  return toInstant(new Date(query.get(name) ?? ''));
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await letIn(request.headers.authorization);
  const { url = '' } = request;
  const cut = url.indexOf('?');
  const route = routes[url.slice(1, cut)];
  if (route === undefined) throw new Error('There is no such route.');
  await new Promise<void>((resolve, reject) => {
    const answer = (json: string) => {
      const length = Buffer.byteLength(json);
      response
        .writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': length })
        .end(json);
      resolve();
    };
    route(new URLSearchParams(url.slice(cut + 1)), answer, reject);
  });
}

const server = createServer((request, response) => {
  serve(request, response).catch((error: Error) => response.writeHead(400).end(error.message));
});
server.listen(0, '127.0.0.1', () => tellParent((server.address() as AddressInfo).port));
