import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { signToken, type TokenSettings } from '../platform/access/token.ts';
import type { AccountUrls } from '../private-mysql/index.ts';

export interface WebhookSecrets {
  careportals: string;
  stripe: string;
}

/** The compiled server in a process of its own, with the settings of production. */
export interface RunningServer {
  /** e.g. `http://127.0.0.1:40123` */
  url: string;
  pid: number;
  /** A bearer token of an admin. */
  token: string;
  /** How it checks tokens. */
  tokens: TokenSettings;
  /** What it takes webhooks with. */
  secrets: WebhookSecrets;
  /** CPU that the process has used since its start, in milliseconds. */
  cpuMs(): Promise<number>;
  /** Its resident memory, in bytes. */
  memoryBytes(): Promise<number>;
  /** Resolves when the process has ended. */
  stop(): Promise<void>;
}

/** Beside the compiled commands, as `npm start` runs it. */
const MAIN = join(import.meta.dirname, '..', 'main.js');

/** What `npm start` gives to node. */
export async function optionsOfStart(): Promise<string[]> {
  const text = await readFile(join(import.meta.dirname, '..', '..', '..', 'package.json'), 'utf8');
  const { scripts } = JSON.parse(text) as { scripts: { start: string } };
  return scripts.start.match(/--\S+/g) ?? [];
}

/**
 * Migrates the database and serves on a free port.
 * @param nodeOptions what node is started with besides.
 * @throws with what the server said if it ends before it listens.
 */
export async function startServer(
  urls: AccountUrls,
  dataDir: string,
  nodeOptions: readonly string[] = [],
): Promise<RunningServer> {
  const secret = randomBytes(32).toString('hex');
  const secrets = {
    careportals: randomBytes(16).toString('hex'),
    stripe: `whsec_${randomBytes(16).toString('hex')}`,
  };
  const child = spawn(process.execPath, [...(await optionsOfStart()), ...nodeOptions, MAIN], {
    env: environment(urls, dataDir, secret, secrets),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = `http://127.0.0.1:${await portOf(child)}`;
  const tokens = { secret, jwksUrl: null, issuer: null, audience: null };
  const token = await signToken(tokens, { role: 'admin', lifetime: '1d' });
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return {
    url,
    pid: child.pid ?? 0,
    token,
    tokens,
    secrets,
    cpuMs: async () => (await metricOf(url, 'process_cpu_seconds_total')) * 1_000,
    memoryBytes: () => metricOf(url, 'process_resident_memory_bytes'),
    stop,
  };
}

function environment(urls: AccountUrls, dataDir: string, secret: string, secrets: WebhookSecrets): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    // It then looks for its parent, and ends with a benchmark that was killed.
    npm_lifecycle_event: 'bench',
    NODE_ENV: 'production',
    // Everything is charged, and there is always something left.
    RATE_LIMIT: '1000000000000',
    PORT: '0',
    DATABASE_URL: urls.app,
    DATABASE_ADMIN_URL: urls.admin,
    DATABASE_FEED_URL: urls.feed,
    CAREPORTALS_DATA_DIR: dataDir,
    AUTH_JWT_SECRET: secret,
    CAREPORTALS_WEBHOOK_SECRETS: secrets.careportals,
    STRIPE_WEBHOOK_SECRETS: secrets.stripe,
  };
}

function portOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer) => {
      // Only until it listens; afterwards the pipe must still be emptied, or its log would stop it.
      if (said.length < 10_000) said += chunk.toString();
      const port = /listening on [^:\s]+:(\d+)/.exec(said)?.[1];
      if (port !== undefined) resolve(port);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`The server ended with ${code} before it listened:\n${said}`)));
  });
}

/** From the server's own metrics, so that it works on every system. */
async function metricOf(url: string, name: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const value = new RegExp(`^${name} (\\S+)`, 'm').exec(metrics)?.[1];
  if (value === undefined) throw new Error(`The server does not report ${name} at /metrics.`);
  return Number(value);
}
