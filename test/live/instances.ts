import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { ServerProcess } from '../kit/server-process.ts';

/** What an instance follows the tables with. */
export const SOURCES = ['tail', 'log'] as const;
export type Source = (typeof SOURCES)[number];

/** What makes an instance take it. */
export function sourceSettings(source: Source, feedUrl: string): Record<string, string> {
  return source === 'log' ? { DATABASE_FEED_URL: feedUrl } : {};
}

interface Running {
  source: Source;
  child: ChildProcess;
  url: string;
}

/** Instances of one server as processes, each with a source of its own, replaced at will. */
export class Instances {
  readonly #server: ServerProcess;
  readonly #feedUrl: string;
  #running: Running[] = [];

  constructor(server: ServerProcess, feedUrl: string) {
    this.#server = server;
    this.#feedUrl = feedUrl;
  }

  /** Makes them as many as these, each with this source; those that fit already go on. */
  async become(sources: readonly Source[]): Promise<void> {
    const those = sources.map(async (source, i) => {
      const running = this.#running[i];
      if (running?.source === source) return running;
      if (running !== undefined) await end(running, 'SIGKILL');
      return this.#start(source);
    });
    this.#running = await Promise.all(those);
  }

  /** Where each listens, e.g. `http://127.0.0.1:40123/graphql`; also of one that was killed. */
  get urls(): string[] {
    return this.#running.map(({ url }) => url);
  }

  get ports(): number[] {
    return this.urls.map((url) => Number(new URL(url).port));
  }

  /** What each says that it follows the tables with. */
  sources(adminToken: string): Promise<Source[]> {
    return Promise.all(this.urls.map((url) => sourceOf(url, adminToken)));
  }

  /** Ends one, and starts another in its place, on another port. */
  async replace(index: number, how: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const running = this.#running[index]!;
    await end(running, how);
    this.#running[index] = await this.#start(running.source);
  }

  async #start(source: Source): Promise<Running> {
    return { source, ...(await this.#server.start(undefined, sourceSettings(source, this.#feedUrl))) };
  }
}

async function end({ child }: Running, how: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.signalCode !== null || child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(how);
  await gone;
}

async function sourceOf(url: string, adminToken: string): Promise<Source> {
  const answer = await fetch(new URL('/readyz', url), { headers: { authorization: `Bearer ${adminToken}` } });
  const { details } = (await answer.json()) as { details: { live: { source: string } } };
  return details.live.source === 'binary log' ? 'log' : 'tail';
}
