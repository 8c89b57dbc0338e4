import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { type App, createApp } from '../../src/app.ts';
import { type NewToken, signToken, type TokenSettings } from '../../src/platform/access/token.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { readSettings, type Settings } from '../../src/platform/config.ts';
import { createLog, type Log } from '../../src/platform/log.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

export interface GraphAnswer<Data = Record<string, unknown>> {
  status: number;
  data: Data | null;
  errors?: { message: string; path?: (string | number)[]; extensions: { code: string; [name: string]: unknown } }[];
  extensions?: { cost: { requested: number; limit: number; remaining: number; statements?: number } };
}

/** The whole server on a port and a schema of its own. */
export interface TestApp {
  database: TestDatabase;
  settings: Settings;
  app: App;
  /** e.g. `http://127.0.0.1:40123` */
  url: string;
  /** Texts of the statements that resolvers read with, since it was last emptied. */
  statements: string[];
  token(wanted: Partial<NewToken> & Pick<NewToken, 'role'>): Promise<string>;
  /** Sends an operation with this bearer token; null sends none. */
  ask<Data = Record<string, unknown>>(
    token: string | null,
    query: string,
    variables?: object,
  ): Promise<GraphAnswer<Data>>;
  /** A graphql-ws client with this token. */
  socket(token: string | null): Client;
  stop(): Promise<void>;
}

const SECRETS = {
  jwt: randomBytes(32).toString('hex'),
  stripe: 'whsec_test_secret',
  careportals: 'careportals-test-secret',
};

export interface TestAppOptions {
  clock?: Clock;
  /** A database of somebody else, who also drops it. */
  database?: TestDatabase;
  environment?: Record<string, string>;
  /** How tokens are checked, if not with the tests' own secret; `token()` goes on signing with that one. */
  tokens?: TokenSettings;
  /** Instead of the silent log. */
  log?: Log;
  /** Otherwise as TEST_EXECUTION says, or compiled. */
  execution?: 'compiled' | 'plain';
}

export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = options.database ?? (await createTestDatabase());
  const settings = readSettings({
    DATABASE_URL: database.appUrl,
    AUTH_JWT_SECRET: SECRETS.jwt,
    STRIPE_WEBHOOK_SECRETS: SECRETS.stripe,
    CAREPORTALS_WEBHOOK_SECRETS: SECRETS.careportals,
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
    // More than any test spends.
    RATE_LIMIT: '1000000000000',
    RATE_LIMIT_ANONYMOUS: '1000000',
    ...options.environment,
  });
  const tokens = { secret: SECRETS.jwt, jwksUrl: null, issuer: null, audience: null };
  const statements: string[] = [];
  const app = await createApp({
    settings,
    tokens: options.tokens ?? tokens,
    orm: database.orm,
    log: options.log ?? createLog(settings.LOG_LEVEL),
    clock: options.clock,
    onStatement: (sql) => statements.push(sql),
    execution: options.execution ?? (process.env.TEST_EXECUTION === 'plain' ? 'plain' : 'compiled'),
  });
  await new Promise<void>((resolve) => app.server.listen(0, '127.0.0.1', resolve));
  const { port } = app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    database,
    settings,
    app,
    url,
    statements,
    token: (wanted) => signToken(tokens, { lifetime: '1h', ...wanted }),
    ask: (token, query, variables) => ask(url, token, query, variables),
    socket: (token) => socketClient(url, token),
    stop: async () => {
      await app.close();
      if (options.database === undefined) await database.drop();
    },
  };
}

async function ask<Data>(
  url: string,
  token: string | null,
  query: string,
  variables?: object,
): Promise<GraphAnswer<Data>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, data: null, ...((await response.json()) as object) } as GraphAnswer<Data>;
}

function socketClient(url: string, token: string | null): Client {
  return createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: true,
    ...(token === null ? {} : { connectionParams: { authorization: `Bearer ${token}` } }),
  });
}
