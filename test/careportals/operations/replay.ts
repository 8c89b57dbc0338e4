import type { GraphAnswer, TestApp } from '../../kit/test-app.ts';

export interface Change {
  type: string;
  key: string;
  subject: { id: string } | null;
  field: string;
  before: unknown;
  after: unknown;
}

export interface Replayed {
  matched: number;
  replayed: number;
  replayedAt: string | null;
  hasMore: boolean;
  deliveries: { id: string; status: string }[];
  forecasts: {
    deliveryId: string;
    delivery: { eventType: string; payload: unknown; logs: { totalCount: number } } | null;
    outcome: string;
    waitingFor: string | null;
    note: string | null;
  }[];
  changes: Change[];
  userErrors: { code: string; message: string; path: string[] }[];
}

const REPLAY = `mutation ($input: ReplayWebhookInput!) { done: replayWebhook(input: $input) {
  matched replayed replayedAt hasMore deliveries { id status }
  forecasts { deliveryId delivery { eventType payload logs { totalCount } } outcome waitingFor note }
  changes { type key subject { id } field before after } userErrors { code message path } } }`;

/** replayWebhook; gives the whole answer. */
export function sendReplay(server: TestApp, token: string, input: object): Promise<GraphAnswer<{ done: Replayed }>> {
  return server.ask(token, REPLAY, { input });
}

/** The same when no fault is expected. */
export async function replay(server: TestApp, token: string, input: object): Promise<Replayed> {
  const { data, errors } = await sendReplay(server, token, input);
  if (data === null) throw new Error(JSON.stringify(errors));
  return data.done;
}
