import type { Follower, FollowOptions } from './follow-options.ts';
import { type Answer, type GraphError, GraphqlSocket, type WebSocketClass } from './graphql-socket.ts';
import { LiveError } from './live-error.ts';
import { checkOperation, eventIn, isComplete, type LiveEvent, mayPass, NEEDED, numberOf } from './live-event.ts';
import { Seen } from './seen.ts';

/** The first wait is this long at most, in milliseconds; each further one twice the one before. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** So many refused tokens in a row are enough. */
const MOST_REFUSALS = 5;
/** The token is wrong, or not good any longer. */
const FORBIDDEN = 4403;
/** It took us too long to begin. */
const SLOW_TO_BEGIN = 4408;
/** Closes of WebSocket itself that say that we are wrong. */
const WRONG = new Set([1002, 1003, 1007, 1008, 1009, 1010]);

/**
 * Follows a live field over graphql-transport-ws, through lost connections, restarts and new tokens.
 * @throws TypeError if the operation lacks what following takes, or if there is no WebSocket here.
 */
export function followLive<Event extends LiveEvent = LiveEvent & Record<string, unknown>>(
  options: FollowOptions<Event>,
): Follower {
  checkOperation(options.query, options.variables);
  const Socket = options.webSocket ?? (globalThis.WebSocket as WebSocketClass | undefined);
  if (Socket === undefined) {
    throw new TypeError('There is no WebSocket here: give that of the package "ws" as the option `webSocket`.');
  }
  return new LiveFollower(options, Socket);
}

/** There is one socket or one timer, never two of either: whoever goes on does so from the one that has ended. */
class LiveFollower<Event extends LiveEvent> implements Follower {
  readonly #options: FollowOptions<Event>;
  readonly #Socket: WebSocketClass;
  readonly #seen = new Seen();
  #cursor: string | null;
  #socket: GraphqlSocket | null = null;
  #timer: ReturnType<typeof setTimeout>;
  /** Tries since there was something new, or it was live for ten seconds. */
  #tries = 0;
  #refused: string | null = null;
  #refusals = 0;
  /** Whether all that was missed has been told. */
  #live = false;
  #stopped = false;

  constructor(options: FollowOptions<Event>, Socket: WebSocketClass) {
    this.#options = options;
    this.#Socket = Socket;
    this.#cursor = options.after ?? null;
    // Not at once: a handler may use what followLive has yet to return.
    this.#timer = setTimeout(() => void this.#connect());
  }

  get cursor(): string | null {
    return this.#cursor;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  async #connect(): Promise<void> {
    if (!this.#tell(() => this.#options.onConnection?.('connecting'))) return;
    const token = await this.#askToken();
    if (token === null || this.#stopped) return;
    if (token === this.#refused) return this.#refuse(token);
    try {
      this.#socket = new GraphqlSocket(this.#Socket, this.#options.url, token, {
        onReady: () => this.#begin(),
        onAnswer: (answer) => this.#hear(answer),
        onErrors: (errors) => this.#giveUpOrBeginAgain(errors),
        onComplete: () => this.#beginAgain('The server ended the operation.'),
        onEnd: (code, reason) => this.#lose(token, code, reason),
      });
    } catch (error) {
      this.#fail('CONNECTION_REFUSED', `No socket can be opened to ${this.#options.url}`, error);
    }
  }

  /** Null if there is none to be had now. */
  async #askToken(): Promise<string | null> {
    const { token } = this.#options;
    if (typeof token === 'string') return token;
    try {
      return await token(this.#refused);
    } catch (error) {
      this.#wait(new Error('There was no token to be had.', { cause: error }), () => void this.#connect());
      return null;
    }
  }

  /** A function may still give the old one for a moment, for instance because its clock is slow. */
  #refuse(token: string): void {
    this.#refused = token;
    this.#refusals += 1;
    const why = 'The server refused the token.';
    if (typeof this.#options.token === 'string' || this.#refusals >= MOST_REFUSALS) this.#fail('TOKEN_REFUSED', why);
    else this.#wait(new Error(why), () => void this.#connect());
  }

  #begin(): void {
    const { query, variables } = this.#options;
    this.#refused = null;
    this.#refusals = 0;
    this.#live = false;
    this.#socket?.subscribe({ query, variables: { ...variables, after: this.#cursor } });
  }

  #hear({ data, errors = [] }: Answer): void {
    const event = eventIn(data);
    if (event === null) this.#giveUpOrBeginAgain(errors);
    else if (!isComplete(event)) this.#fail('OPERATION_REFUSED', `The operation cannot be followed. ${NEEDED}`);
    else if (event.kind === 'GAP') this.#restart(event.cursor);
    else if (event.kind === 'PROGRESS') this.#reach(event.cursor);
    else this.#take(event, errors);
  }

  #take(event: LiveEvent, errors: readonly GraphError[]): void {
    const number = numberOf(event);
    if (number === null || !this.#seen.has(number)) {
      if (!this.#tell(() => this.#options.onEvent(event as Event, event.cursor, errors))) return;
      if (number !== null) this.#seen.add(number);
      this.#tries = 0;
    }
    this.#cursor = event.cursor;
  }

  /** All up to here was told: for the first time when the replay is over, then every ten seconds. */
  #reach(cursor: string): void {
    this.#cursor = cursor;
    if (this.#live) this.#tries = 0;
    else this.#tell(() => this.#options.onConnection?.('live'));
    this.#live = true;
  }

  /** What comes next may have the numbers of what was told: a database that was put back gives them out again. */
  #restart(cursor: string): void {
    this.#seen.forget();
    if (!this.#tell(() => this.#options.onGap(cursor))) return;
    this.#cursor = cursor;
    this.#beginAgain('Events may be missing.');
  }

  #giveUpOrBeginAgain(errors: readonly GraphError[]): void {
    const why = `The server refused the operation: ${errors.map(({ message }) => message).join(' ')}`;
    if (mayPass(errors)) this.#beginAgain(why);
    else this.#fail('OPERATION_REFUSED', why, errors);
  }

  /** On the same socket. What the server still sends for the old one may lie beyond what is missing: nobody hears it. */
  #beginAgain(why: string): void {
    this.#socket?.leave();
    this.#wait(new Error(why), () => this.#begin());
  }

  #lose(token: string, code: number, reason: string): void {
    clearTimeout(this.#timer);
    const why = `The connection ended with ${code}${reason && ` (${reason})`}.`;
    if (code === FORBIDDEN) this.#refuse(token);
    else if (isFinal(code)) this.#fail('CONNECTION_REFUSED', why, { code, reason });
    else this.#wait(new Error(why), () => void this.#connect());
  }

  /** After an outage all come back at once: so any time up to the longest is as likely as another. */
  #wait(why: Error, goOn: () => void): void {
    if (!this.#tell(() => this.#options.onConnection?.('waiting', why)) || this.#stopped) return;
    const longest = Math.min(this.#options.longestWaitMs ?? LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#tries);
    this.#tries += 1;
    this.#timer = setTimeout(goOn, Math.random() * longest);
  }

  /** Whether the handler was called and came back. */
  #tell(handler: () => void): boolean {
    if (this.#stopped) return false;
    try {
      handler();
      return true;
    } catch (error) {
      // It has stopped us itself, so nobody is left to be told.
      if (this.#stopped) throw error;
      this.#fail('HANDLER_FAILED', 'A handler threw; what it was told counts as not handled.', error);
      return false;
    }
  }

  #fail(...[code, message, cause]: ConstructorParameters<typeof LiveError>): void {
    if (this.#stopped) return;
    this.stop();
    this.#options.onError(new LiveError(code, message, cause));
  }
}

/** Whether another try would end alike: those from 4400 to 4499 say what is wrong with us, as 400 to 499 do in HTTP. */
function isFinal(code: number): boolean {
  return WRONG.has(code) || (code >= 4400 && code < 4500 && code !== SLOW_TO_BEGIN);
}
