import { expect, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import {
  type Follower,
  type FollowOptions,
  followLive,
  type GraphError,
  type LiveError,
} from '../../src/client/index.ts';
import { type Script, type ScriptedServer, scriptedServer } from './scripted-server.ts';

export const QUERY = `subscription ($after: String) {
  orderStatusChanged(after: $after, progress: true) { cursor kind updateId }
}`;

export interface Moved {
  cursor: string;
  kind: string;
  updateId: string;
}

/** A follower, and all that it was told, in order. */
export interface Told {
  live: Follower;
  numbers: number[];
  errorsBeside: (readonly GraphError[])[];
  gaps: string[];
  failures: LiveError[];
  states: string[];
  /** Waits until so many changes are there. */
  atLeast(count: number): Promise<void>;
  /** Waits until it has ended by itself. */
  failure(): Promise<LiveError>;
}

/** Follows with short waits and the package `ws`. */
export function follow(url: string, options: Partial<FollowOptions<Moved>> = {}): Told {
  const told: Omit<Told, 'live' | 'atLeast' | 'failure'> = {
    numbers: [],
    errorsBeside: [],
    gaps: [],
    failures: [],
    states: [],
  };
  const live = followLive<Moved>({
    url,
    token: 'a-token',
    query: QUERY,
    longestWaitMs: 10,
    webSocket: WebSocket,
    onEvent: (event, _cursor, errors) => {
      told.numbers.push(Number(event.updateId));
      told.errorsBeside.push(errors);
    },
    onGap: (cursor) => told.gaps.push(cursor),
    onError: (error) => told.failures.push(error),
    onConnection: (state) => told.states.push(state),
    ...options,
  });
  return {
    ...told,
    live,
    atLeast: (count) => expect.poll(() => told.numbers.length, SOON).toBeGreaterThanOrEqual(count),
    failure: async () => {
      await expect.poll(() => told.failures.length, SOON).toBe(1);
      return told.failures[0] as LiveError;
    },
  };
}

export const SOON = { timeout: 30_000, interval: 5 };

/** The same of a server that answers by a script; both end with the test. */
export async function followScript(
  script: Script,
  options?: Partial<FollowOptions<Moved>>,
): Promise<[ScriptedServer, Told]> {
  const server = await scriptedServer(script);
  const told = follow(server.url, options);
  onTestFinished(async () => {
    told.live.stop();
    await server.stop();
  });
  return [server, told];
}
