import { Router } from 'express';

/** Named checks, each giving a status word; `ok` is the only good one. */
export type ReadyChecks = Record<string, () => Promise<string> | string>;

/** `/livez`: the process runs. `/readyz`: it may be given traffic. Status words only, no details. */
export function healthRoutes(checks: ReadyChecks): Router {
  const router = Router();
  router.get('/livez', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const words = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await check()] as const),
    );
    const ready = words.every(([, word]) => word === 'ok');
    response.status(ready ? 200 : 503).json({ status: ready ? 'ok' : 'not ready', ...Object.fromEntries(words) });
  });
  return router;
}
