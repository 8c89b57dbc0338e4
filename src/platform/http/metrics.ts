import { createHash, timingSafeEqual } from 'node:crypto';
import { type Request, Router } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { LiveState } from '../live/live.ts';

/** What the server counts. Labels are names from our own code, never anything that was sent. */
export interface Metrics {
  /** Told each answer of the HTTP layer. */
  answered(method: string, route: string, status: number): void;
  /** Told each statement that resolvers read with. */
  statement(): void;
  /** Asked at each reading how the live feeds do. */
  watchLive(state: () => LiveState): void;
  routes: Router;
}

/**
 * Counters and `/metrics` in Prometheus' text form, for programs on this machine or with the token.
 * @param token METRICS_TOKEN; undefined leaves it to this machine alone.
 */
export function createMetrics(token: string | undefined): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const answers = new CountedAnswers();
  new Counter({
    name: 'careportals_http_requests_total',
    help: 'Answers of the HTTP layer.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
    collect() {
      answers.addTo(this);
    },
  });
  const statements = new Counter({
    name: 'careportals_read_statements_total',
    help: 'SQL statements that answered queries.',
    registers: [registry],
  });
  const routes = Router();
  routes.get('/metrics', async (request, response) => {
    if (!mayRead(request, token)) {
      response.status(403).json({ error: 'Ask from this machine, or with METRICS_TOKEN as bearer token.' });
      return;
    }
    response.type(registry.contentType).send(await registry.metrics());
  });
  return {
    answered: (method, route, status) => answers.count(method, route, status),
    statement: () => statements.inc(),
    watchLive: (state) => measureLive(registry, state),
    routes,
  };
}

type AnswerLabels = Record<'method' | 'route' | 'status', string>;

/** Answers since metrics were last read: the library's counters work out their labels each time. */
class CountedAnswers {
  readonly #counts = new Map<string, { labels: AnswerLabels; n: number }>();

  count(method: string, route: string, status: number): void {
    const key = `${method} ${status} ${route}`;
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { labels: { method, route, status: String(status) }, n: 1 });
    else known.n++;
  }

  addTo(counter: Counter<keyof AnswerLabels>): void {
    for (const { labels, n } of this.#counts.values()) counter.inc(labels, n);
    this.#counts.clear();
  }
}

function measureLive(registry: Registry, state: () => LiveState): void {
  new Gauge({
    name: 'careportals_live_lag_seconds',
    help: 'For how long a live feed has not known to be up to date, and what it reads.',
    labelNames: ['feed', 'source'],
    registers: [registry],
    collect() {
      this.reset();
      const { source, lagMs } = state();
      for (const [feed, lag] of Object.entries(lagMs)) this.set({ feed, source }, lag / 1_000);
    },
  });
}

function mayRead(request: Request, token: string | undefined): boolean {
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (given !== undefined) return token !== undefined && timingSafeEqual(digest(given), digest(token));
  // Behind a proxy on this machine every caller looks local; a proxy says so in this header.
  return isLoopback(request.socket.remoteAddress) && request.headers['x-forwarded-for'] === undefined;
}

function isLoopback(address: string | undefined): boolean {
  return address === '127.0.0.1' || address === '::1' || address === '::ffff:127.0.0.1';
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
