import type { Clock } from '../../../src/platform/clock.ts';
import type { Query } from '../../../src/platform/database/query.ts';
import type { GraphAnswer, TestApp } from '../../kit/test-app.ts';

/** A clock that stands until it is moved. */
export interface MovingClock extends Clock {
  to(iso: string): void;
}

export function movingClock(iso: string): MovingClock {
  let now = new Date(iso);
  return {
    now: () => now,
    to: (next) => {
      now = new Date(next);
    },
  };
}

export interface Answer {
  subscription: { status: string; version: number; cycle: number; nextCycleDate: string | null } | null;
  auditEntry: { logId: string; effect: string; triggerType: string } | null;
  userErrors: { code: string; message: string; path: string[] }[];
}

/** Any lifecycle mutation by its name in the graph; gives the whole answer. */
export function send(
  server: TestApp,
  token: string,
  mutation: string,
  input: object,
): Promise<GraphAnswer<{ done: Answer }>> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  return server.ask(
    token,
    `mutation ($input: ${type}!) { done: ${mutation}(input: $input) {
      subscription { status version cycle nextCycleDate } auditEntry { logId effect triggerType }
      userErrors { code message path } } }`,
    { input },
  );
}

/** The same when no fault is expected. */
export async function act(server: TestApp, token: string, mutation: string, input: object): Promise<Answer> {
  const { data, errors } = await send(server, token, mutation, input);
  if (data === null) throw new Error(JSON.stringify(errors));
  return data.done;
}

/** Sets columns of the spine as any other program would. */
export async function setSpine(query: Query, id: string, columns: Record<string, unknown>): Promise<void> {
  const names = Object.keys(columns);
  await query(`UPDATE subscriptions SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE subscription_id = ?`, [
    ...Object.values(columns),
    id,
  ]);
}
