import { createHmac } from 'node:crypto';
import { connect as openSocket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createLog } from '../../../src/platform/log.ts';
import { createTestApp, type TestApp } from '../../kit/test-app.ts';
import { sample as careportalsSample } from './careportals/deliver.ts';
import { NOW, sampleText } from './stripe/stripe-bench.ts';

const SECRET = { careportals: 'careportals-secret-of-today', stripe: 'whsec_of_today' };
const CAREPORTALS = '/webhooks/careportals/order.created';
const STRIPE = '/webhooks/stripe';

/** Is in every body that has room for it, and must be nowhere else. */
const PATIENT = 'Quennell';

let app: TestApp;
let tables: string[];
const lines: string[] = [];

beforeAll(async () => {
  // The log writes through process.stdout when it finds it replaced.
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  app = await createTestApp({
    log: createLog('info'),
    clock: { now: () => NOW },
    environment: {
      CAREPORTALS_WEBHOOK_SECRETS: `an-older-one,${SECRET.careportals}`,
      STRIPE_WEBHOOK_SECRETS: `whsec_older,${SECRET.stripe}`,
    },
  });
  const found = await app.database.admin.em
    .getConnection()
    .execute<{ name: string }[]>(
      "SELECT TABLE_NAME AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'",
    );
  tables = found.map(({ name }) => name);
});
afterEach(() => {
  lines.length = 0;
});
afterAll(async () => {
  await app?.stop();
  vi.restoreAllMocks();
});

/** How many rows each table has. */
async function counts(): Promise<object[]> {
  const sql = tables.map((name) => `SELECT '${name}' AS name, COUNT(*) AS n FROM \`${name}\``).join(' UNION ALL ');
  return app.database.admin.em.getConnection().execute<object[]>(sql);
}

type Bytes = Uint8Array<ArrayBuffer> | string;

interface Sent {
  path: string;
  headers: Record<string, string>;
  body: Bytes | ReadableStream;
}

const ORDER = JSON.stringify(careportalsSample('order.created'));

function careportals(body: Sent['body'], headers: Record<string, string> = {}): Sent {
  return { path: CAREPORTALS, headers: { 'x-careportals-secret': SECRET.careportals, ...headers }, body };
}

/** Signed over these bytes, some seconds ago. */
function stripe(body: Bytes, { secret = SECRET.stripe, secondsAgo = 0, signedBody = body } = {}): Sent {
  const time = Math.floor(NOW.getTime() / 1_000) - secondsAgo;
  const signature = createHmac('sha256', secret).update(`${time}.`).update(signedBody).digest('hex');
  return { path: STRIPE, headers: { 'stripe-signature': `t=${time},v1=${signature}` }, body };
}

const STRIPE_BODY = sampleText('charge.succeeded').replace('"clinic"', `"${PATIENT}"`);

async function post({ path, headers, body }: Sent) {
  const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
  const answer = await fetch(app.url + path, init);
  return { status: answer.status, error: ((await answer.json()) as { error?: string }).error ?? '' };
}

/** What may stand in a line: nothing of a body, an address or a header has a field. */
const FIELDS = new Set(['level', 'time', 'msg', 'sourceSystem', 'status', 'reason', 'error']);

function expectOneLineWithoutContent(): void {
  expect(lines).toHaveLength(1);
  const line = lines.join('');
  for (const field of Object.keys(JSON.parse(line))) expect(FIELDS).toContain(field);
  expect(line).toMatch(/"sourceSystem":"(careportals|stripe)"/);
  for (const secret of [PATIENT, 'secret-of', 'whsec_', '/webhooks', 'evt_', '"x"']) expect(line).not.toContain(secret);
}

const tampered = STRIPE_BODY.replace('14950', '14951');
const bad: Record<string, [Sent, number, RegExp]> = {
  'CarePortals: no secret': [{ ...careportals(ORDER), headers: {} }, 401, /secret/],
  'CarePortals: a wrong secret': [
    careportals(ORDER, { 'x-careportals-secret': `${SECRET.careportals}x` }),
    401,
    /secret/,
  ],
  'CarePortals: two secrets in the address': [
    {
      ...careportals(ORDER),
      headers: {},
      path: `${CAREPORTALS}?secret=${SECRET.careportals}&secret=${SECRET.careportals}`,
    },
    401,
    /secret/,
  ],
  'CarePortals: an address without an event': [{ ...careportals(ORDER), path: `${CAREPORTALS}%00` }, 404, /event/],
  'Stripe: no signature': [{ ...stripe(STRIPE_BODY), headers: {} }, 400, /Stripe-Signature/],
  'Stripe: the signature of another secret': [stripe(STRIPE_BODY, { secret: 'whsec_x' }), 400, /Stripe-Signature/],
  'Stripe: a tampered byte': [stripe(tampered, { signedBody: STRIPE_BODY }), 400, /Stripe-Signature/],
  'Stripe: 301 seconds old': [stripe(STRIPE_BODY, { secondsAgo: 301 }), 400, /300 seconds/],
  'Stripe: 301 seconds ahead': [stripe(STRIPE_BODY, { secondsAgo: -301 }), 400, /300 seconds/],
};

const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
const bodies: Record<string, [Bytes, RegExp, RegExp]> = {
  empty: ['', /JSON|empty/, /Stripe/],
  null: ['null', /JSON object/, /event/],
  'an array': [`["${PATIENT}"]`, /JSON object/, /event/],
  'a text': [`"${PATIENT}"`, /JSON object/, /event/],
  'a number': ['42', /JSON object/, /event/],
  'an object with nothing in it': ['{}', /empty/, /event/],
  'cut short': [ORDER.slice(0, -9), /JSON/, /JSON/],
  'no UTF-8': [Buffer.from(`{"name":"${PATIENT}\xff"}`, 'latin1'), /UTF-8/, /Signature/],
  'in UTF-16': [Buffer.from(ORDER, 'utf16le'), /UTF-8/, /JSON|event/],
  'nested 10,000 deep': [deep, /nested/, /event|nested/],
};
for (const [name, [body, atCareportals, atStripe]] of Object.entries(bodies)) {
  bad[`CarePortals: a body that is ${name}`] = [careportals(body), 400, atCareportals];
  bad[`Stripe: a signed body that is ${name}`] = [stripe(body), 400, atStripe];
}

const large = `{"name":"${PATIENT}","text":"${'x'.repeat(10_000_000)}"}`;
const bomb = gzipSync(large);
function inPieces(text: string): ReadableStream {
  return new Blob([text]).stream();
}
const both: [string, (body: Bytes) => Sent][] = [
  ['CarePortals', careportals],
  ['Stripe', stripe],
];
for (const [who, sent] of both) {
  const headers = (name: string, encoding: string) => ({ ...sent(name).headers, 'content-encoding': encoding });
  Object.assign(bad, {
    [`${who}: 10 MB`]: [sent(large), 413, /larger than 1 MB/],
    [`${who}: 10 MB without a length`]: [{ ...sent(large), body: inPieces(large) }, 413, /larger than 1 MB/],
    [`${who}: 10 kB that unpack to 10 MB`]: [
      { ...sent(bomb), headers: headers(large, 'gzip') },
      413,
      /larger than 1 MB/,
    ],
    [`${who}: gzip that is none`]: [{ ...sent(ORDER), headers: headers(ORDER, 'gzip') }, 400, /Content-Encoding/],
    [`${who}: an encoding that nobody knows`]: [{ ...sent(ORDER), headers: headers(ORDER, 'lzma') }, 415, /gzip/],
  } satisfies typeof bad);
}

describe('what is refused leaves every table as it was, and a line without anything that was sent:', () => {
  test.each(Object.entries(bad))('%s', async (_name, [sent, status, error]) => {
    const before = await counts();
    const answer = await post(sent);
    expect([answer.status, answer.error]).toEqual([status, expect.stringMatching(error)]);
    expect(answer.error).not.toContain(PATIENT);
    expect(await counts()).toEqual(before);
    expectOneLineWithoutContent();
  });

  const raw: Record<string, [string, RegExp]> = {
    'CarePortals: the right secret twice': [
      head(CAREPORTALS, [`X-CarePortals-Secret: ${SECRET.careportals}`, `X-CarePortals-Secret: ${SECRET.careportals}`]),
      / 401 /,
    ],
    'Stripe: two signatures, both wrong': [
      head(STRIPE, ['Stripe-Signature: t=1,v1=00', 'Stripe-Signature: t=1,v1=00']),
      / 400 /,
    ],
  };
  test.each(Object.entries(raw))('%s', async (_name, [text, status]) => {
    const before = await counts();
    expect(await exchange(text)).toMatch(status);
    expect(await counts()).toEqual(before);
    expectOneLineWithoutContent();
  });

  test.each(both)('%s: an upload that breaks off', async (_who, sent) => {
    const before = await counts();
    const { path, headers } = sent(ORDER);
    const socket = openSocket({ port: Number(new URL(app.url).port), host: '127.0.0.1' });
    const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const begun = `${request(path, fields)}Content-Length: ${ORDER.length}\r\n\r\n${ORDER.slice(0, 200)}`;
    await new Promise((resolve) => socket.write(begun, resolve));
    socket.destroy();
    await expect.poll(() => lines.length).toBe(1);
    expectOneLineWithoutContent();
    expect(await counts()).toEqual(before);
  });

  test.each([CAREPORTALS, STRIPE, '/graphql'])('%s: a body without an end is cut off', async (path) => {
    const socket = openSocket({ port: Number(new URL(app.url).port), host: '127.0.0.1' });
    const cut = new Promise<void>((resolve) => socket.on('error', () => resolve()).on('close', () => resolve()));
    socket.write(`${request(path, ['Content-Type: application/json'])}Transfer-Encoding: chunked\r\n\r\n`);
    const megabyte = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
    let sent = 0;
    while (!socket.destroyed && sent < 200) {
      sent++;
      if (!socket.write(megabyte)) await Promise.race([cut, new Promise((resolve) => socket.once('drain', resolve))]);
    }
    await cut;
    expect(sent).toBeLessThan(100);
  });
});

function request(path: string, fields: string[]): string {
  return `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${fields.map((field) => `${field}\r\n`).join('')}`;
}

function head(path: string, fields: string[]): string {
  return `${request(path, fields)}Content-Length: 2\r\n\r\n{}`;
}

/** Sends exactly this text and gives the answer's first line. */
function exchange(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = openSocket({ port: Number(new URL(app.url).port), host: '127.0.0.1' });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject).on('close', () => resolve(answer.split('\r\n')[0] ?? ''));
    socket.write(text);
  });
}

describe('what is odd and still genuine is stored:', () => {
  const event = (id: string) => STRIPE_BODY.replace('evt_3DEMO0006', id);
  const order = (id: string) => JSON.stringify(careportalsSample('order.created', { _id: id.padStart(24, '0'), id }));
  const odd: Record<string, Sent> = {
    'a signature of 300 seconds ago': stripe(event('evt_ago'), { secondsAgo: 300 }),
    'a signature of 300 seconds ahead': stripe(event('evt_ahead'), { secondsAgo: -300 }),
    'the older of two secrets': stripe(event('evt_older'), { secret: 'whsec_older' }),
    'a body without a length': { ...careportals(order('7001')), body: inPieces(order('7001')) },
    'a body that says it is a picture': careportals(order('7002'), { 'content-type': 'image/png; charset=latin1' }),
    'a body in gzip': careportals(gzipSync(order('7003')), { 'content-encoding': 'gzip' }),
  };
  test.each(Object.entries(odd))('%s', async (_name, sent) => {
    const stored = () =>
      app.database.admin.em.getConnection().execute<{ n: string }[]>('SELECT COUNT(*) AS n FROM webhook_inbox');
    const [before] = await stored();
    expect(await post(sent)).toEqual({ status: 200, error: '' });
    expect(Number((await stored())[0]?.n)).toBe(Number(before?.n) + 1);
    await app.app.inbox.idle();
  });
});

describe('ingestWebhook refuses as the addresses do, and leaves every table as it was:', () => {
  const INGEST = `mutation ($input: IngestWebhookInput!) {
    done: ingestWebhook(input: $input) { delivery { id } userErrors { code message } } }`;
  const careportalsBodies = Object.entries(bodies)
    .filter(([, [body]]) => typeof body === 'string')
    .map(([name, [body]]) => [
      `CarePortals: ${name}`,
      { source: 'careportals', event: 'order.created', payload: body },
    ]);
  const all = [
    ...careportalsBodies,
    [
      'CarePortals: more than 1 MB',
      { source: 'careportals', event: 'order.created', payload: `"${'x'.repeat(1_048_576)}"` },
    ],
    ['CarePortals: no base64', { source: 'careportals', payload: '%%%', payloadIsBase64: true }],
    ['Stripe: no signature', { source: 'stripe', payload: STRIPE_BODY }],
    ['Stripe: a wrong signature', { source: 'stripe', payload: STRIPE_BODY, signature: 't=1,v1=00' }],
    ['a sender that nobody knows', { source: 'paypal', payload: '{}' }],
  ] as [string, Record<string, unknown>][];

  test.each(all)('%s', async (_name, input) => {
    const token = await app.token({ role: 'admin' });
    const before = await counts();
    const { data } = await app.ask<{ done: unknown }>(token, INGEST, { input });
    expect(data?.done).toEqual({
      delivery: null,
      userErrors: [{ code: 'VALIDATION', message: expect.not.stringContaining(PATIENT) }],
    });
    expect(await counts()).toEqual(before);
  });

  test('10 MB, which no request may have', async () => {
    const token = await app.token({ role: 'admin' });
    const before = await counts();
    const { status } = await app.ask(token, INGEST, { input: { source: 'careportals', payload: large } });
    expect(status).toBe(413);
    expect(await counts()).toEqual(before);
  });
});
