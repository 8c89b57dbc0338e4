import type { GraphError } from './graphql-socket.ts';

/** What every event has. */
export interface LiveEvent {
  /** The place that is reached with it; opaque. */
  cursor: string;
  /** `CHANGE` in whatever reaches onEvent. */
  kind: string;
}

/** The number of the row behind an event: of orderStatusChanged, of subscriptionChanged. */
const NUMBERS = ['updateId', 'logId'] as const;
const NUMBER = NUMBERS.join(' or ');
/** Another time the server may answer otherwise: it is busy, or something broke there. */
const PASSING = new Set(['RETRY_LATER', 'RATE_LIMITED', 'INTERNAL_SERVER_ERROR']);

/** What an operation has to have, for people. */
export const NEEDED = `Select cursor, kind and ${NUMBER} under these names: they may have no alias.`;

const PLACE = 'Write: subscription ($after: String) { orderStatusChanged(after: $after, progress: true) { … } }';

/** @throws TypeError that says what to add, if the text lacks what following needs. */
export function checkOperation(query: string, variables: Record<string, unknown> = {}): void {
  const words: string[] = query.match(/\$?\w+/g) ?? [];
  const missing = ['cursor', 'kind'].filter((field) => !words.includes(field));
  if (!NUMBERS.some((field) => words.includes(field))) missing.push(NUMBER);
  if (missing.length > 0) throw new TypeError(`The operation lacks ${missing.join(', ')}. ${NEEDED}`);
  if (words.filter((word) => word === '$after').length < 2 || !words.includes('progress')) {
    throw new TypeError(`The operation lacks its place. ${PLACE}`);
  }
  if ('after' in variables) throw new TypeError('Give the cursor as the option `after`, not among the variables.');
}

/** The event in an answer, whatever its field is called; null if the server could not make it. */
export function eventIn(data: Record<string, unknown> | null | undefined): LiveEvent | null {
  const [event] = Object.values(data ?? {});
  return (event ?? null) as LiveEvent | null;
}

/** Whether it brings what it takes to follow. */
export function isComplete(event: LiveEvent): boolean {
  const { cursor, kind } = event;
  return typeof cursor === 'string' && typeof kind === 'string' && NUMBERS.some((name) => name in event);
}

/** Null if just this could not be read. */
export function numberOf(event: LiveEvent & { updateId?: string | null; logId?: string | null }): string | null {
  return event.updateId ?? event.logId ?? null;
}

/** Whether it is worth another try. */
export function mayPass(errors: readonly GraphError[]): boolean {
  return errors.some(({ extensions }) => PASSING.has(String(extensions?.code)));
}
