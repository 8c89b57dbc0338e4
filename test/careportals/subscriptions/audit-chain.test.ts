import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { Random } from '../../../src/modules/careportals/demo/random.ts';
import { seedDemoData } from '../../../src/modules/careportals/demo/seed-demo-data.ts';
import { auditHash } from '../../../src/modules/careportals/subscriptions/audit-hash.ts';
import { verifyAuditChains } from '../../../src/modules/careportals/subscriptions/verify-audit-chain.ts';
import { plainQuery, type Query } from '../../../src/platform/database/query.ts';
import { addressOf, createTestDatabase, type TestDatabase } from '../../kit/test-database.ts';
import { openSession, type Session } from '../schema/session.ts';
import { act, at, event } from './act.ts';
import { contradictions, newId, standing, trail } from './standing.ts';

const LONG = process.env.LONG_TESTS !== undefined;
const CHAINS = LONG ? 60 : 12;
const STEPS = LONG ? 100 : 30;

let database: TestDatabase;
let query: Query;
let root: Session;
beforeAll(async () => {
  database = await createTestDatabase();
  query = await plainQuery(database.orm);
  root = await openSession(addressOf(inject('mysql').root, database.schema));
  // As somebody would who wants to rewrite history.
  await root.run('DROP TRIGGER audit_log_unchangeable', 'DROP TRIGGER audit_log_unremovable');
});
afterAll(async () => {
  await root?.close();
  await database?.drop();
});

/** A subscription with this many entries, and their numbers. */
async function chain(length = 5): Promise<{ id: string; logIds: string[] }> {
  const id = newId();
  await event(database.orm, { subscriptionId: id, status: 'active', cycle: 2, updatedAt: at(1) });
  for (let step = 2; step <= length; step++) {
    await act(database.orm, step % 2 === 0 ? 'pause' : 'resume', id, at(step), { reason: `step ${step}` });
  }
  return { id, logIds: (await trail(query, id)).map((entry) => entry.log_id) };
}

/** What is found of one subscription, as `entry number in the chain: first words`. */
async function found({ id, logIds }: { id: string; logIds: string[] }): Promise<string[]> {
  const { broken } = await verifyAuditChains(query);
  const own = broken.filter((flaw) => flaw.subscriptionId === id);
  return own.map(({ logId, reason }) => `${logIds.indexOf(logId) + 1}: ${reason}`);
}

const CHANGED = 'its hash does not fit its content: it was changed';
const UNLINKED = 'it does not follow the entry before it: one was removed, inserted or moved';
const CUT_OFF = 'the subscription names another entry as its newest: entries after this one were removed or added';

test(`${CHAINS} chains of random moves and EMR events verify, with flat batches and progress`, async () => {
  const random = Random.from(process.env.TEST_SEED ?? 'chains');
  const ids = Array.from({ length: CHAINS }, () => newId());
  for (const [own, id] of ids.entries()) {
    const mine = random.branch(own);
    await event(database.orm, { subscriptionId: id, status: 'active', updatedAt: at(1) });
    for (let step = 0; step < STEPS; step++) {
      const moment = at(mine.between(1, 27), mine.below(1_000));
      if (mine.chance(0.5)) await act(database.orm, mine.pick(['pause', 'resume', 'cancel']), id, moment);
      else {
        const status = mine.pick(['active', 'paused', 'cancelled', 'ended', null] as const);
        await event(database.orm, { subscriptionId: id, status, updatedAt: moment, cycle: mine.pick([null, 1, 2, 9]) });
      }
    }
  }
  const progress: number[] = [];
  const verdict = await verifyAuditChains(query, (entries) => progress.push(entries));
  expect(verdict.broken).toEqual([]);
  const [count] = await query<{ n: string }>('SELECT COUNT(*) AS n FROM subscriptions_audit_log');
  expect(verdict.entries).toBe(Number(count?.n));
  expect(progress).toHaveLength(Math.ceil(verdict.entries / 200));
  expect(progress.at(-1)).toBe(verdict.entries);
  expect(await contradictions(query)).toEqual([]);
});

test('a chain that grows while it is read does not look broken', async () => {
  const ids = await Promise.all(Array.from({ length: 4 }, () => chain(2)));
  let growing = true;
  const writers = ids.map(async ({ id }, i) => {
    for (let step = 0; growing; step++) await act(database.orm, step % 2 === i % 2 ? 'pause' : 'resume', id, at(20));
  });
  for (let round = 0; round < 10; round++) expect((await verifyAuditChains(query)).broken).toEqual([]);
  growing = false;
  await Promise.all(writers);
});

test('a subscription without any entry is no flaw', async () => {
  const id = newId();
  await root.run(`INSERT INTO subscriptions (subscription_id, state) VALUES ('${id}', 'active')`);
  expect((await verifyAuditChains(query)).broken).toEqual([]);
});

test('the demo data has whole chains', async () => {
  const demo = await createTestDatabase();
  await seedDemoData(demo.orm, { customers: 30 });
  const verdict = await verifyAuditChains(await plainQuery(demo.orm));
  await demo.drop();
  expect(verdict.broken).toEqual([]);
  expect(verdict.entries).toBeGreaterThan(5);
});

describe('what root does to the log is found:', () => {
  const columns: [string, string][] = [
    ['status', "'cancelled'"],
    ['previous_status', 'NULL'],
    ['version', 'version + 1'],
    ['cycle', 'NULL'],
    ['customer_id', "'somebody'"],
    ['product_id', "'something'"],
    ['trigger_type', "'cancel'"],
    ['effect', "'stale'"],
    ['actor', "'nobody'"],
    ['actor_role', "'admin'"],
    ['source', "'job'"],
    ['reason', "'Step 3'"],
    ['comment', "''"],
    ['correlation_id', 'NULL'],
    ['created_at', 'created_at - INTERVAL 1000 MICROSECOND'],
    ['updated_at', 'NULL'],
    ['webhook_received_at', 'webhook_received_at + INTERVAL 1000 MICROSECOND'],
    ['raw_data', "JSON_OBJECT('a', 1)"],
    ['changes', "JSON_OBJECT('status', JSON_ARRAY('active', 'cancelled'))"],
  ];

  test('every column that is changed', async () => {
    const changed = await Promise.all(columns.map(() => chain(4)));
    for (const [i, [column, value]] of columns.entries()) {
      await root.run(`UPDATE subscriptions_audit_log SET ${column} = ${value} WHERE log_id = ${changed[i]?.logIds[2]}`);
    }
    const { broken } = await verifyAuditChains(query);
    for (const [i, [column]] of columns.entries()) {
      const own = broken.filter((flaw) => flaw.subscriptionId === changed[i]?.id);
      expect({ column, own }).toEqual({
        column,
        own: [{ subscriptionId: changed[i]?.id, logId: changed[i]?.logIds[2], reason: CHANGED }],
      });
    }
  });

  test('a changed entry whose hash was made anew', async () => {
    const made = await chain();
    const [, , entry] = await trail(query, made.id);
    if (entry === undefined) throw new Error('no entry');
    const { log_id, previous_hash, hash, ...content } = { ...entry, reason: 'another' };
    delete (content as { public_id?: string }).public_id;
    const forged = auditHash(previous_hash, content);
    await root.run(
      `UPDATE subscriptions_audit_log SET reason = 'another', hash = '${forged}' WHERE log_id = ${log_id}`,
    );
    expect(await found(made)).toEqual([`4: ${UNLINKED}`]);
  });

  test('an entry removed from the middle', async () => {
    const made = await chain();
    await root.run(`DELETE FROM subscriptions_audit_log WHERE log_id = ${made.logIds[2]}`);
    expect(await found(made)).toEqual([`4: ${UNLINKED}`]);
  });

  test('the first entry removed', async () => {
    const made = await chain();
    await root.run(`DELETE FROM subscriptions_audit_log WHERE log_id = ${made.logIds[0]}`);
    expect(await found(made)).toEqual([`2: ${UNLINKED}`]);
  });

  test('the last entry removed', async () => {
    const made = await chain();
    await root.run(`DELETE FROM subscriptions_audit_log WHERE log_id = ${made.logIds[4]}`);
    expect(await found(made)).toEqual([`4: ${CUT_OFF}`]);
  });

  test('all entries removed', async () => {
    const made = await chain();
    await root.run(`DELETE FROM subscriptions_audit_log WHERE subscription_id = '${made.id}'`);
    expect(await found(made)).toEqual(['0: all its entries were removed']);
  });

  test('two entries that changed places', async () => {
    const made = await chain();
    const [, second, third] = made.logIds;
    const swap = (from: string | undefined, to: string) =>
      root.run(`UPDATE subscriptions_audit_log SET log_id = ${to} WHERE log_id = ${from}`);
    await swap(second, '9000000000000000000');
    await swap(third, second ?? '');
    await swap('9000000000000000000', third ?? '');
    expect(await found(made)).toEqual([`2: ${UNLINKED}`, `3: ${UNLINKED}`, `4: ${UNLINKED}`]);
  });

  test('an entry put in at the end, with a hash that fits', async () => {
    const made = await chain(3);
    const last = (await trail(query, made.id))[2];
    if (last === undefined) throw new Error('no entry');
    const { log_id, previous_hash, hash, ...content } = last;
    delete (content as { public_id?: string }).public_id;
    const columnsOf = Object.keys(content)
      .filter((column) => !['raw_data', 'changes'].includes(column))
      .join(', ');
    await root.run(
      `INSERT INTO subscriptions_audit_log (${columnsOf}, previous_hash, hash)
        SELECT ${columnsOf}, '${hash}', '${auditHash(hash, { ...content, changes: null })}' FROM subscriptions_audit_log WHERE log_id = ${log_id}`,
    );
    made.logIds = (await trail(query, made.id)).map((entry) => entry.log_id);
    expect(await found(made)).toEqual([`4: ${CUT_OFF}`]);
  });

  test('an entry moved to another subscription', async () => {
    const [from, to] = [await chain(3), await chain(3)];
    await root.run(`UPDATE subscriptions_audit_log SET subscription_id = '${to.id}' WHERE log_id = ${from.logIds[2]}`);
    expect(await found(from)).toEqual([`2: ${CUT_OFF}`]);
    to.logIds = (await trail(query, to.id)).map((entry) => entry.log_id);
    expect(await found(to)).toContain(`${to.logIds.indexOf(from.logIds[2] ?? '') + 1}: ${CHANGED}`);
  });

  test('a subscription removed from under its entries', async () => {
    const made = await chain(3);
    const { state } = await standing(query, made.id);
    await root.run(
      `DELETE FROM subscriptions_${state} WHERE subscription_id = '${made.id}'`,
      `DELETE FROM subscriptions WHERE subscription_id = '${made.id}'`,
    );
    expect(await found(made)).toEqual(['1: the subscription itself is gone']);
  });
});

describe('any body the EMR may send verifies:', () => {
  const bodies: [string, unknown][] = [
    ['unicode', { name: 'Zoë 🜚 \u0000 \u2028 "quoted" \\', 'ключ.é': '\u{1F600}' }],
    [
      'keys in odd order, numbers as keys',
      JSON.parse('{"b":1,"10":2,"a":{"z":1,"2":1,"y":2},"9":3,"__proto__":{"x":1}}'),
    ],
    ['nested empty objects and lists', { a: {}, b: [], c: [[], [{}], { d: {} }], '': { '': null } }],
    [
      'big numbers',
      JSON.parse(
        '[9007199254740993, 1e21, 1.5e308, 5e-324, -0, 0.30000000000000004, 18446744073709551616, 123456.789]',
      ),
    ],
    ['numbers that JSON has no text for', { n: [Number.POSITIVE_INFINITY, Number.NaN] }],
    ['half surrogates in texts and keys', { 'a\ud800': 'b\udc00c', d: ['\ud83d'] }],
    ['a text', 'just text \ud800'],
    ['a number', 12.5],
    ['nothing', null],
    ['a large one', { list: Array.from({ length: 3_000 }, (_, i) => ({ i, text: `row ${i} ü` })) }],
  ];

  test.each(bodies)('%s', async (_name, rawData) => {
    const id = newId();
    await event(database.orm, { subscriptionId: id, status: 'active', updatedAt: at(1), rawData });
    await event(database.orm, { subscriptionId: id, status: 'paused', updatedAt: at(2), rawData });
    expect(await found({ id, logIds: [] })).toEqual([]);
    expect(await trail(query, id)).toHaveLength(2);
  });

  test('and any words of a person, half surrogates included', async () => {
    const { id } = await chain(1);
    await act(database.orm, 'pause', id, at(5), { reason: 'half \ud800', comment: '\udfff 🜚 \u0000\t ' });
    expect(await found({ id, logIds: [] })).toEqual([]);
    expect((await trail(query, id)).at(-1)).toMatchObject({ reason: 'half \ufffd', comment: '\ufffd 🜚 \u0000\t ' });
  });
});
