import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildExplorer } from '../../src/explorer/build-explorer.ts';
import { explorerFolder } from '../../src/explorer/explorer-folder.ts';
import { startTinyServer, type TinyServer } from './tiny-graph.ts';

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
};

let server: TinyServer;
beforeAll(async () => {
  await buildExplorer();
  server = await startTinyServer();
});
afterAll(() => server.stop());

function rulesOf(response: Response): string[] {
  return response.headers.get('content-security-policy')?.split('; ') ?? [];
}

describe('the explorer', () => {
  test.each(['/explorer', '/explorer/'])('is a page at %s that is asked for anew each time', async (path) => {
    const response = await fetch(server.origin + path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(await response.text()).toContain('<div id="explorer"></div>');
  });

  test('allows scripts, workers and connections of its own origin only, and no inline script', async () => {
    const { host } = new URL(server.origin);
    expect(rulesOf(await fetch(`${server.origin}/explorer`))).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self' data:",
      `connect-src 'self' ws://${host} wss://${host}`,
      "worker-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  test('names in its page only files of its own, and no script without a file', async () => {
    const page = await (await fetch(`${server.origin}/explorer`)).text();
    const named = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1]);
    expect(named.length).toBeGreaterThanOrEqual(3);
    expect(named.filter((path) => !path?.startsWith('/explorer/assets/'))).toEqual([]);
    expect(page).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=/);
  });

  test('gives every built file its type, its policy and a year in the cache', async () => {
    const files = await readdir(join(explorerFolder, 'assets'));
    expect(files.filter((name) => name.includes('.worker-'))).toHaveLength(3);
    for (const name of files) {
      const response = await fetch(`${server.origin}/explorer/assets/${name}`);
      await response.arrayBuffer();
      expect([name, response.status]).toEqual([name, 200]);
      expect([name, response.headers.get('content-type')]).toEqual([name, types[extname(name)]]);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(rulesOf(response)).toContain("default-src 'none'");
    }
  });

  test.each(['/explorer/built-from.sha256', '/explorer/assets/none.js', '/explorer/assets/..%2findex.html'])(
    'does not serve %s',
    async (path) => {
      expect((await fetch(server.origin + path)).status).toBe(404);
    },
  );

  test('says how to build it when it has not been built', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'explorer-none-'));
    const unbuilt = await startTinyServer(empty);
    const response = await fetch(`${unbuilt.origin}/explorer`);
    expect(response.status).toBe(503);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toContain('npm run build:explorer');
    await unbuilt.stop();
    await rm(empty, { recursive: true });
  });
});
