import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { explorerFolder } from './explorer-folder.ts';

export interface ExplorerOptions {
  /** The folder with the built page; the one that `npm run build:explorer` writes unless given. */
  folder?: string;
}

/**
 * Serves the explorer, GraphiQL and all it needs, from our own files: the page at `/explorer`, its parts below
 * `/explorer/assets`. To be mounted without a prefix, since the built page names these paths.
 * Without a built page `/explorer` answers 503 and says how to build it. Needs no token: the page holds no data.
 */
export function explorerRouter({ folder = explorerFolder }: ExplorerOptions = {}): Router {
  const router = Router();
  router.use('/explorer', harden);
  router.get('/explorer', (_request, response) => sendPage(folder, response));
  // The names carry a hash of the content, so a copy never goes stale.
  router.use(
    '/explorer/assets',
    express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', index: false }),
  );
  return router;
}

function sendPage(folder: string, response: Response): void {
  if (!existsSync(join(folder, 'index.html'))) {
    const advice = 'The explorer has not been built: run `npm run build:explorer`\n';
    response.status(503).type('text/plain').set('Cache-Control', 'no-store').send(advice);
    return;
  }
  response.set('Cache-Control', 'no-cache');
  // With a root, so that a checkout below a folder with a dot in front is not taken for a hidden file.
  response.sendFile('index.html', { root: folder, cacheControl: false });
}

// Also on the parts: a worker obeys the policy that its own script came with, not the page's.
function harden(request: Request, response: Response, next: NextFunction): void {
  response.set({
    'Content-Security-Policy': contentSecurityPolicy(request.headers.host),
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  });
  next();
}

/**
 * Everything from this origin, nothing from elsewhere.
 * Monaco, the editor, sets styles in the page: hence 'unsafe-inline' there, and only there.
 */
function contentSecurityPolicy(host: string | undefined): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    ["connect-src 'self'", ...sockets(host)].join(' '),
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Older Safari and Firefox do not count ws: of the same host as 'self'. A host that could end the rule is left out. */
function sockets(host: string | undefined): string[] {
  return host && /^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i.test(host) ? [`ws://${host}`, `wss://${host}`] : [];
}
