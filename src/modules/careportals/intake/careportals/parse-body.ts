import type { WebhookRefusal } from '../../../../platform/inbox/inbox-source.ts';

/** No true body comes near it; flattening goes down into it by recursion. */
const DEEPEST = 40;

/** The JSON object in a raw body, or 400 with the reason, which never quotes the body: that is patient data. */
export function parseBody(rawBody: Uint8Array): { payload: object } | WebhookRefusal {
  const payload = parsed(rawBody);
  if (payload === undefined) return refused('is not JSON in UTF-8');
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return refused('is not a JSON object');
  if (Object.keys(payload).length === 0) return refused('is empty');
  return isDeeperThan(DEEPEST, payload) ? refused(`is nested deeper than ${DEEPEST} levels`) : { payload };
}

function refused(reason: string): WebhookRefusal {
  return { status: 400, error: `The body ${reason}.` };
}

/** Undefined, which JSON cannot say, for what cannot be read. */
function parsed(rawBody: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
  } catch (error) {
    // SyntaxError from the parser, TypeError from the decoder.
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}
