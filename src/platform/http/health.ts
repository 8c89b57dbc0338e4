import { Router } from 'express';

/** Named checks, each giving a status word; `ok` is the only good one. */
export type ReadyChecks = Record<string, () => Promise<string> | string>;

/** What those may see who are told more than words, by their Authorization value; null for everybody else. */
export type ReadyDetails = (authorization: string | undefined) => Promise<object | null>;

/**
 * `/livez`: the process runs. `/readyz`: it may be given traffic. Status words for everybody, and `details` for those
 * who may see them.
 */
export function healthRoutes(checks: ReadyChecks, detailsFor: ReadyDetails): Router {
  const router = Router();
  router.get('/livez', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (request, response) => {
    const words = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await check()] as const),
    );
    const ready = words.every(([, word]) => word === 'ok');
    const details = await detailsFor(request.headers.authorization);
    response.status(ready ? 200 : 503).json({
      status: ready ? 'ok' : 'not ready',
      ...Object.fromEntries(words),
      ...(details === null ? {} : { details }),
    });
  });
  return router;
}
