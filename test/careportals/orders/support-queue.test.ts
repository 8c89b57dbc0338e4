import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Query } from '../../../src/platform/database/query.ts';
import { asAdmin, customerIdOf, insert, makePeople } from '../../kit/people.ts';
import { createTestApp, type GraphAnswer, type TestApp } from '../../kit/test-app.ts';
import { codesOf } from '../../kit/transports.ts';

const NOW = new Date('2026-03-10T12:00:00.000Z');

let server: TestApp;
let query: Query;
let tokens: Record<'support' | 'customer' | 'analyst' | 'service', string>;

/** Order numbers by their status, and how many hours they have had it. */
const QUEUE = [
  [501, 'awaiting_script', 47],
  [502, 'awaiting_script', 48],
  [503, 'awaiting_script', 49],
  [504, 'awaiting_script', 500],
  [505, 'awaiting_shipment', 500],
  [506, 'on_the_moon', 300],
  [507, 'lost_at_sea', 400],
] as const;

beforeAll(async () => {
  server = await createTestApp({ clock: { now: () => NOW } });
  query = await asAdmin(server.database);
  await makePeople(query, 2);
  await query("UPDATE orders SET current_status = 'completed'");
  for (const [orderId, status, hours] of QUEUE) await makeOrder(orderId, status, hours);
  tokens = {
    support: await server.token({ role: 'support' }),
    customer: await server.token({ role: 'customer', customerId: customerIdOf(1) }),
    analyst: await server.token({ role: 'analyst' }),
    service: await server.token({ role: 'service', scopes: ['feed'] }),
  };
});

afterAll(() => server?.stop());

async function makeOrder(orderId: number, status: string, hours: number): Promise<void> {
  const since = new Date(NOW.getTime() - hours * 3_600_000).toISOString().slice(0, 23).replace('T', ' ');
  const row = {
    order_id: orderId,
    care_portals_internal_order_id: `queue-${orderId}`,
    customer_id: customerIdOf(orderId % 2 === 0 ? 2 : 1),
    source: 'checkout',
    total_amount: orderId,
    base_amount: orderId,
    ship_to_province_code: orderId < 504 ? 'NY' : 'SC',
    pharmacy_assigned: orderId === 504 ? 'Elsewhere' : 'SevenCells',
    current_status: status,
    current_status_at: since,
    created_at: '2026-01-01 00:00:00.000',
  };
  await insert(query, 'orders', [row]);
}

interface Orders {
  [name: string]: { totalCount: number; nodes: { orderId: string }[] };
}

async function numbers(list: string, token = tokens.support): Promise<string> {
  const { data, errors } = await server.ask<Orders>(token, `{ list: ${list} { totalCount nodes { orderId } } }`);
  expect(errors).toBeUndefined();
  expect(data?.list?.totalCount).toBe(data?.list?.nodes.length);
  return (data?.list?.nodes ?? []).map(({ orderId }) => orderId).join(' ');
}

describe('stuckOrders', () => {
  test('gives those that have the status for longer than so many hours, who waits longest first', async () => {
    expect(await numbers('stuckOrders(status: AWAITING_SCRIPT, olderThanHours: 48)')).toBe('504 503');
    expect(await numbers('stuckOrders(status: AWAITING_SCRIPT, olderThanHours: 47)')).toBe('504 503 502');
    expect(await numbers('stuckOrders(status: AWAITING_SCRIPT, olderThanHours: 0)')).toBe('504 503 502 501');
    expect(await numbers('stuckOrders(status: SHIPPED, olderThanHours: 0)')).toBe('');
  });

  test('takes OTHER for every status without a name', async () => {
    expect(await numbers('stuckOrders(status: OTHER, olderThanHours: 100)')).toBe('507 506');
  });

  test('can be filtered, sorted and paged like every list of orders', async () => {
    const stuck = 'stuckOrders(status: AWAITING_SCRIPT, olderThanHours: 1';
    expect(await numbers(`${stuck}, filter: { pharmacy: ["SevenCells"] })`)).toBe('503 502 501');
    expect(await numbers(`${stuck}, sort: { field: ORDER_ID, direction: ASC })`)).toBe('501 502 503 504');
    const paged = (page: string) =>
      server.ask<{ list: { nodes: { orderId: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } }>(
        tokens.support,
        `{ list: ${stuck}, ${page}) { nodes { orderId } pageInfo { endCursor hasNextPage } } }`,
      );
    const first = (await paged('first: 3')).data?.list;
    expect(first?.pageInfo.hasNextPage).toBe(true);
    const rest = (await paged(`after: "${first?.pageInfo.endCursor}"`)).data?.list;
    expect([...(first?.nodes ?? []), ...(rest?.nodes ?? [])].map((node) => node.orderId).join(' ')).toBe(
      '504 503 502 501',
    );
  });

  test('refuses hours that nobody can mean', async () => {
    for (const hours of [-1, 87_601]) {
      const text = `{ stuckOrders(status: PENDING, olderThanHours: ${hours}) { totalCount } }`;
      expect(codesOf(await server.ask(tokens.support, text))).toEqual(['BAD_USER_INPUT']);
    }
    expect(await numbers('stuckOrders(status: PENDING, olderThanHours: 87600)')).toBe('');
  });

  test('shows a customer the own ones alone, and a service nothing', async () => {
    const list = 'stuckOrders(status: AWAITING_SCRIPT, olderThanHours: 0)';
    expect(await numbers(list, tokens.customer)).toBe('503 501');
    expect(codesOf(await server.ask(tokens.service, `{ ${list} { totalCount } }`))).toEqual(['FORBIDDEN']);
  });
});

describe('a queue of support', () => {
  test('is a list by status, and its totalCount is the count of the board', async () => {
    const { data } = await server.ask<{ orderBoard: { status: string; count: number }[] } & Orders>(
      tokens.support,
      `{ orderBoard { status count }
        script: orders(filter: { status: [AWAITING_SCRIPT] }) { totalCount nodes { orderId } }
        other: orders(filter: { status: [OTHER] }) { totalCount nodes { orderId } } }`,
    );
    const board = new Map(data?.orderBoard.map(({ status, count }) => [status, count]));
    expect(board.get('AWAITING_SCRIPT')).toBe(4);
    expect(board.get('AWAITING_SCRIPT')).toBe(data?.script?.totalCount);
    expect(board.get('OTHER')).toBe(data?.other?.totalCount);
  });

  test('is narrowed to a state, and to how long the orders have their status', async () => {
    const list = (filter: string) =>
      numbers(`orders(filter: { status: [AWAITING_SCRIPT], ${filter} }, sort: { field: ORDER_ID, direction: ASC })`);
    expect(await list('provinceCode: ["NY"]')).toBe('501 502 503');
    expect(await list('provinceCode: ["SC", "TX"]')).toBe('504');
    expect(await list('statusChangedBefore: "2026-03-08T12:00:00Z"')).toBe('503 504');
    expect(await list('statusChangedFrom: "2026-03-08T12:00:00Z"')).toBe('501 502');
  });

  test('has every column that the old tabs had, in one query', async () => {
    const text = `{ orders(filter: { status: [AWAITING_SCRIPT] }, sort: { field: CURRENT_STATUS_AT, direction: ASC }, first: 1) { nodes {
      orderId product { shortName label } totalAmount customer { firstName lastName emrProfileUrl } createdAt updatedAt
      status statusUpdatedAt shipToProvinceCode pharmacyAssigned } } }`;
    const answer: GraphAnswer = await server.ask(tokens.support, text);
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toMatchObject({
      orders: {
        nodes: [
          {
            orderId: '504',
            totalAmount: 504,
            customer: { firstName: 'First p0002', emrProfileUrl: expect.stringContaining(customerIdOf(2)) },
            statusUpdatedAt: '2026-02-17T16:00:00.000Z',
            shipToProvinceCode: 'SC',
            pharmacyAssigned: 'Elsewhere',
          },
        ],
      },
    });
  });
});
