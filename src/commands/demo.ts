import { setTimeout as pause } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { Stripe } from 'stripe';
import { playLive } from '../modules/careportals/demo/month/play-live.ts';
import type { StoryEvent } from '../modules/careportals/demo/month/story.ts';
import { Random } from '../modules/careportals/demo/random.ts';
import { BadSettings, readSettings, type Settings } from '../platform/config.ts';
import { withDevelopmentSecrets } from '../startup.ts';
import { runCommand } from './run-command.ts';

interface DemoOptions {
  rate: number;
  events?: number;
  url?: string;
}

/** `npm run demo`: plays CarePortals and Stripe against a running server, with signed and plausible webhooks. */
const command = new Command('demo')
  .description('Plays CarePortals and Stripe against a running server')
  .option('--rate <n>', 'webhooks a second', positive, 1)
  .option('--events <n>', 'stop after so many; otherwise it goes on until Ctrl-C', positive)
  .option('--url <address>', 'the server; http://127.0.0.1:PORT if nothing is said');

await runCommand(command, async ({ rate, events, url }: DemoOptions) => {
  const settings = await withDevelopmentSecrets(readSettings(process.env));
  const server = url ?? `http://127.0.0.1:${settings.PORT}`;
  const stories = playLive(Random.from(`demo ${Date.now()}`), unusedNumber(), () => new Date());
  for await (const played of steadily(stories, rate, events ?? Number.POSITIVE_INFINITY)) {
    const status = await post(server, settings, played);
    process.stdout.write(`${new Date().toISOString()}  ${played.event.padEnd(30)} ${status}\n`);
  }
});

/** Eight digits, as order numbers have at most: by the clock, so that a second run does not meet those of the first. */
function unusedNumber(): number {
  return 10_000_000 + (Math.floor(Date.now() / 1_000) % 90_000_000);
}

async function* steadily<T>(items: Iterable<T>, perSecond: number, most: number): AsyncGenerator<T, void> {
  let sent = 0;
  for (const item of items) {
    if (sent++ >= most) return;
    yield item;
    await pause(1_000 / perSecond);
  }
}

async function post(server: string, settings: Settings, played: StoryEvent): Promise<number> {
  const body = JSON.stringify(played.body);
  const headers = { 'content-type': 'application/json', ...signature(settings, played, body) };
  const answer = await fetch(`${server}${played.path}`, { method: 'POST', headers, body }).catch(() => {
    throw new BadSettings(`No server answers at ${server}. Start it with "npm start", or name it with --url.`);
  });
  return answer.status;
}

function signature(settings: Settings, played: StoryEvent, payload: string): Record<string, string> {
  if (played.source === 'careportals') return { 'x-careportals-secret': settings.CAREPORTALS_WEBHOOK_SECRETS[0] ?? '' };
  const secret = settings.STRIPE_WEBHOOK_SECRETS[0] ?? '';
  return { 'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload, secret }) };
}

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('Give a number above 0.');
  return number;
}
