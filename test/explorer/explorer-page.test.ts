import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildExplorer } from '../../src/explorer/build-explorer.ts';
import { explorerFolder } from '../../src/explorer/explorer-folder.ts';
import { startTinyServer, type TinyServer } from './tiny-graph.ts';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const args = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
args.push('--disable-component-update', '--disable-sync');

// On a busy machine the page takes its time.
const patience = { timeout: 60_000 };

/** One open page and all that went wrong on it: other origins asked, policy violations, errors on the console. */
interface Visit {
  context: BrowserContext;
  page: Page;
  troubles: string[];
}

describe('the explorer without a browser', { timeout: 180_000 }, () => {
  test('finds every part that the page names, and that those name in turn, and no part is left over', async () => {
    await buildExplorer();
    const server = await startTinyServer();
    const found = new Set<string>();
    const ahead = namesIn(await (await fetch(`${server.origin}/explorer`)).text());
    for (let name = ahead.pop(); name; name = ahead.pop()) {
      if (found.has(name)) continue;
      const response = await fetch(`${server.origin}/explorer/assets/${name}`);
      expect([name, response.status]).toEqual([name, 200]);
      ahead.push(...namesIn(await response.text()));
      found.add(name);
    }
    await server.stop();
    expect([...found].sort()).toEqual((await readdir(join(explorerFolder, 'assets'))).sort());
  });
});

// Debian calls it chromium; elsewhere CHROMIUM_PATH says where a Chromium is. Without one, the tests above remain.
if (existsSync(executablePath)) {
  describe('the explorer in a browser', { timeout: 180_000 }, () => {
    let browser: Browser;
    let server: TinyServer;
    let visit: Visit;

    beforeAll(async () => {
      await buildExplorer();
      browser = await chromium.launch({ executablePath, chromiumSandbox: false, args });
    });
    afterAll(() => browser?.close());
    beforeEach(async () => {
      server = await startTinyServer();
      visit = await open(browser, server.origin);
    });
    afterEach(async () => {
      await visit.context.close();
      await server.stop();
    });

    test('asks the graph with the token from the address, and takes the token out of the address', async () => {
      const { page, troubles } = visit;
      await goTo(page, `${server.origin}/explorer#token=good`);
      await run(page, 'AcrossTheGraph');
      await answer(page).filter({ hasText: 'C-4711' }).waitFor();
      expect(page.url()).toBe(`${server.origin}/explorer`);
      expect(new Set(server.headers)).toEqual(new Set(['Bearer good']));
      for (const name of ['editor', 'graphql', 'json']) {
        const script = `${server.origin}/explorer/assets/${name}.worker-`;
        await expect.poll(() => page.workers().some((worker) => worker.url().startsWith(script)), patience).toBe(true);
      }
      expect(troubles).toEqual([]);
    });

    test('sends a mutation with its variables', async () => {
      const { page, troubles } = visit;
      await goTo(page, `${server.origin}/explorer#token=good`);
      await run(page, 'Pause');
      await answer(page).filter({ hasText: 'PAUSED' }).waitFor();
      expect(troubles).toEqual([]);
    });

    test('shows live changes over a socket with the same token, and ends them when stopped', async () => {
      const { page, troubles } = visit;
      await goTo(page, `${server.origin}/explorer#token=good`);
      await run(page, 'OrderStatuses');
      await answer(page).filter({ hasText: 'cursor-1' }).waitFor();
      expect(server.socketTokens).toEqual(['Bearer good']);
      expect(server.live).toEqual({ begun: 1, ended: 0 });

      await page.getByRole('button', { name: /stop query/i }).click();
      await expect.poll(() => server.live.ended, patience).toBe(1);
      expect(troubles).toEqual([]);
    });

    test('keeps a typed token for this browser tab only, and forgets an emptied one', async () => {
      const { page, context } = visit;
      await goTo(page, `${server.origin}/explorer`);
      await page.getByText('none: requests are anonymous').waitFor();
      await type(page, '  Bearer good ');
      await expect.poll(() => server.headers.at(-1), patience).toBe('Bearer good');

      await goTo(page, `${server.origin}/explorer`);
      await run(page, 'AcrossTheGraph');
      await answer(page).filter({ hasText: 'C-4711' }).waitFor();
      expect(await page.evaluate('Object.keys(localStorage)')).toEqual([]);
      const other = await context.newPage();
      await goTo(other, `${server.origin}/explorer`);
      await other.getByText('none: requests are anonymous').waitFor();

      await type(page, '');
      await expect.poll(() => server.headers.at(-1), patience).toBe('none');
      expect(await page.evaluate('sessionStorage.getItem("explorer:token")')).toBeNull();
    });

    test('says why a socket was refused instead of trying again and again', async () => {
      const { page } = visit;
      await goTo(page, `${server.origin}/explorer#token=bad`);
      await run(page, 'OrderStatuses');
      await answer(page).filter({ hasText: '4403' }).waitFor();
      expect(server.socketTokens).toEqual(['Bearer bad']);
    });
  });
}

/** The built files that a text refers to: a name, a hash of eight signs, an ending. */
function namesIn(text: string): string[] {
  return text.match(/[\w.-]+-[\w-]{8}\.(?:js|css|ttf|svg)\b/g) ?? [];
}

async function open(browser: Browser, origin: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const troubles: string[] = [];
  context.on('request', (request) => {
    // data: and blob: name content that the page already has.
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url)) troubles.push(`asked ${url}`);
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== new URL(origin).host) troubles.push(`opened ${socket.url()}`);
  });
  page.on('pageerror', (error) => troubles.push(`threw ${error.message}`));
  // Chromium reports violations of the policy here, as errors.
  page.on('console', (line) => {
    if (line.type() === 'error') troubles.push(`console: ${line.text().slice(0, 300)}`);
  });
  return { context, page, troubles };
}

/** Goes to the explorer and waits for its editors: until they stand, GraphiQL takes clicks and forgets them. */
async function goTo(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await editor(page).filter({ hasText: 'AcrossTheGraph' }).waitFor();
  await answer(page).waitFor({ state: 'attached' });
}

/** Turns to a starter tab, whose operation has the tab's name, and runs it. */
async function run(page: Page, tab: string): Promise<void> {
  await page.getByRole('tab', { name: tab }).click();
  await editor(page).filter({ hasText: tab }).waitFor();
  await page.getByRole('button', { name: /execute query/i }).click();
}

function editor(page: Page) {
  return page.getByRole('region', { name: 'Operation Editor' }).locator('.view-lines');
}

function answer(page: Page) {
  return page.getByRole('region', { name: 'Result Window' }).locator('.view-lines');
}

async function type(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.getByLabel('Token').press('Enter');
}
