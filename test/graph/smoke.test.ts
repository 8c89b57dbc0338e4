import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../kit/test-app.ts';

let server: TestApp;
beforeAll(async () => {
  server = await createTestApp();
  const run = (sql: string) => server.database.admin.em.getConnection().execute(sql);
  await run(
    "INSERT INTO customers (customer_id, email, first_name) VALUES ('c1', 'A@example.com', 'Ann'), ('c2', 'b@example.com', 'Bob')",
  );
  await run("INSERT INTO products (product_id, list_price) VALUES ('p1', 34900)");
  await run(
    "INSERT INTO orders (order_id, care_portals_internal_order_id, customer_id, product_id, source, total_amount, base_amount, created_at) VALUES (1, 'o1', 'c1', 'p1', 'checkout', 100, 100, '2026-01-01 00:00:00.000'), (2, 'o2', 'c1', 'p1', 'checkout', 200, 200, '2026-01-02 00:00:00.000'), (3, 'o3', 'c2', NULL, 'checkout', 300, 300, '2026-01-03 00:00:00.000')",
  );
  await run(
    "INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at) VALUES (1, 'shipped', '2026-01-01 00:00:00.000', '2026-01-04 00:00:00.000')",
  );
  await run(
    "INSERT INTO payments (charge_id, payment_intent_id, order_id, amount, currency, status, created_at) VALUES ('ch_1','pi_1',1,100,'USD','succeeded','2026-01-01 00:00:00.000')",
  );
  await run('INSERT INTO payment_orders SELECT payment_id, order_id FROM payments');
  await run("INSERT INTO subscriptions (subscription_id, state) VALUES ('s1','active')");
  await run(
    "INSERT INTO subscriptions_active (subscription_id, customer_id, product_id, cycle, status, created_at) VALUES ('s1','c1','p1',1,'active','2026-01-01 00:00:00.000')",
  );
});
afterAll(() => server?.stop());

test('probe', async () => {
  const token = await server.token({ role: 'support' });
  const answer = await server.ask(
    token,
    `{ customers { totalCount pageInfo { hasNextPage endCursor } nodes { id email orders(first: 5) { totalCount nodes { orderId status rawStatus totalAmount createdAt product { listPrice } payments { nodes { chargeId } } statusHistory { nodes { status } } cancellation { cancelledAt } customer { firstName } } } subscriptions { totalCount nodes { subscriptionId status version product { productId } } } } } }`,
  );
  console.log(JSON.stringify(answer, null, 1));
  console.log(server.statements.join('\n'));
  const events: unknown[] = [];
  const client = server.socket(token);
  const done = (async () => {
    for await (const event of client.iterate({
      query:
        'subscription { orderStatusChanged { cursor kind status previousStatus order { orderId customer { firstName } } } }',
    })) {
      events.push(event);
      if (events.length === 2) break;
    }
  })();
  await new Promise((r) => setTimeout(r, 500));
  await server.database.admin.em
    .getConnection()
    .execute(
      "INSERT INTO order_status_updates (order_id, updated_status, order_created_at, status_updated_at) VALUES (1, 'delivered', '2026-01-01 00:00:00.000', '2026-01-05 00:00:00.000')",
    );
  console.log(
    JSON.stringify(
      await server.ask(
        token,
        'mutation { updateOrderStatus(input: {orderId: "2", status: "Awaiting Script"}) { order { status } statusUpdate { status source actor } userErrors { code } } }',
      ),
    ),
  );
  await done;
  console.log(JSON.stringify(events, null, 1));
  console.log(
    JSON.stringify(
      await server.ask(
        token,
        'mutation { pauseSubscription(input: {subscriptionId: "s1", reason: "x", idempotencyKey: "k"}) { subscription { id status version auditLog { nodes { triggerType hash } } } auditEntry { effect previousStatus } userErrors { code message } } }',
      ),
    ),
  );
  console.log(
    JSON.stringify(
      await server.ask(
        token,
        'mutation { pauseSubscription(input: {subscriptionId: "s1"}) { subscription { status version } auditEntry { effect } userErrors { code message path } } }',
      ),
    ),
  );
  expect(answer.errors).toBeUndefined();
});
