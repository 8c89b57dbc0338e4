import { Router } from 'express';
import type { Query } from './database/query.ts';

/** `/livez`: the process runs. `/readyz`: it may be given traffic. Status words only. */
export function healthRoutes(query: Query): Router {
  const router = Router();
  router.get('/livez', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const database = await query('SELECT 1').then(
      () => 'ok',
      () => 'away',
    );
    response.status(database === 'ok' ? 200 : 503).json({ status: database === 'ok' ? 'ok' : 'not ready', database });
  });
  return router;
}
