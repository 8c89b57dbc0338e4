import type { GraphError, WebSocketClass } from './graphql-socket.ts';
import type { LiveError } from './live-error.ts';
import type { LiveEvent } from './live-event.ts';

/** What to follow, and whom to tell. Handlers are called one after another, and never after `stop()`. */
export interface FollowOptions<Event extends LiveEvent = LiveEvent & Record<string, unknown>> {
  /** e.g. `wss://graph.example/graphql` */
  url: string;
  /**
   * A token, without `Bearer`, or what gives one: it is asked anew for each connection, and told the token that was just
   * refused or has expired, if one has. If it throws, it is asked again later.
   */
  token: string | ((refused: string | null) => string | Promise<string>);
  /**
   * One live field, `orderStatusChanged` or `subscriptionChanged`, with `progress: true` and `after` from a variable of
   * that name. It selects `cursor`, `kind` and the row's number (`updateId`, `logId`) under these names; the field itself
   * may have an alias.
   */
  query: string;
  /** All but `after`. */
  variables?: Record<string, unknown>;
  /** The cursor to go on from. Without one, only what happens from now on is told. */
  after?: string | null;
  /**
   * A change; each one once. `errors` are about parts of it that could not be read and are null.
   * When this returns, the cursor counts as reached; if it throws, following ends with `HANDLER_FAILED`. It is not awaited.
   */
  onEvent(event: Event, cursor: string, errors: readonly GraphError[]): void;
  /** Events before this cursor may be missing: read anew what you show. It goes on from there by itself. */
  onGap(cursor: string): void;
  /** Following has ended: another try would end alike. */
  onError(error: LiveError): void;
  /**
   * `live` when all that was missed has been told, so that nothing which happens from now on can be missed; `waiting` for
   * another try because of `why`. There is no last try.
   */
  onConnection?(state: 'connecting' | 'live' | 'waiting', why?: Error): void;
  /** The longest wait between two tries, in milliseconds; 30,000 if it is not set. */
  longestWaitMs?: number;
  /** Where there is no global WebSocket, as in Node before 22: that of the package `ws`. */
  webSocket?: WebSocketClass;
}

/** Somebody who follows. */
export interface Follower {
  /** How far it is: all before it was handled. Null until it is live for the first time, or has told something. */
  readonly cursor: string | null;
  /** Ends it for good: no handler is called any more. */
  stop(): void;
}
