import { setTimeout } from 'node:timers/promises';
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
} from 'graphql';
import type { Caller } from '../access/caller.ts';
import type { TokenWatch } from '../access/token-watch.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { Context } from '../context.ts';
import { Following } from '../live/following.ts';
import type { Log } from '../log.ts';
import { LiveOperation } from './live-operation.ts';
import type { Outlet } from './outlet.ts';
import { SharedAnswers } from './shared-answers.ts';
import { variablesBelow } from './used-variables.ts';

/** How long what has happened is still sent when the server stops, in milliseconds. */
const DRAIN_WITHIN_MS = 2_000;

export interface LiveParts {
  schema: GraphQLSchema;
  log: Log;
  tokens: TokenWatch;
  /** A fresh context: for each operation, and for the events of a live one. */
  contextOf(caller: Caller): Context;
}

/** A live operation that may run. */
export interface LiveRequest {
  args: ExecutionArgs;
  /** The document as the client sent it. */
  text: string;
  caller: Caller;
  outlet: Outlet;
}

/** What a live operation became: told through its outlet, or to be fetched, or nothing. */
export type Begun =
  | { kind: 'told'; leave(): void }
  | { kind: 'fetched'; answers: AsyncIterableIterator<ExecutionResult> }
  | { kind: 'refused'; result: ExecutionResult };

/** The live operations of this instance, whatever way they came. */
export class LiveOperations {
  readonly #parts: LiveParts;
  readonly #shared = new Map<string, { answers: SharedAnswers<unknown>; operations: number }>();

  constructor(parts: LiveParts) {
    this.#parts = parts;
  }

  /** @throws whatever is no GraphQLError in the subscribe resolver. */
  async begin(request: LiveRequest): Promise<Begun> {
    const stream = await createSourceEventStream(request.args);
    if (stream instanceof Following) return this.#tell(stream, request);
    if (!(Symbol.asyncIterator in stream)) return { kind: 'refused', result: stream };
    return { kind: 'fetched', answers: this.#fetched(stream[Symbol.asyncIterator](), request) };
  }

  /** Resolves when every event that was told so far is sent, or when that has taken long enough. */
  async drain(): Promise<void> {
    const sent = [...this.#shared.values()].map(({ answers }) => answers.sent());
    await Promise.race([Promise.all(sent), setTimeout(DRAIN_WITHIN_MS, undefined, { ref: false })]);
  }

  #tell(following: Following<unknown>, { args, text, caller, outlet }: LiveRequest): Begun {
    const key = keyOf(args, text, caller);
    const shared = this.#shared.get(key) ?? { answers: this.#answersOf(args, caller), operations: 0 };
    this.#shared.set(key, shared);
    shared.operations++;
    const onEnd = () => {
      if (--shared.operations === 0) this.#shared.delete(key);
    };
    const isAllowed = () => this.#parts.tokens.isValid(caller);
    return { kind: 'told', leave: begun(new LiveOperation(shared.answers, following, outlet, isAllowed, onEnd)) };
  }

  #answersOf(args: ExecutionArgs, { role, customerId, isUnknown, scopes }: Caller): SharedAnswers<unknown> {
    const { log, contextOf } = this.#parts;
    const all: Caller = {
      role,
      customerId,
      isUnknown,
      scopes,
      subject: 'live',
      tokenId: 'live',
      expiresAt: Number.MAX_SAFE_INTEGER,
    };
    const { schema, document, operationName, variableValues } = args;
    return new SharedAnswers({ schema, document, operationName, variableValues }, () => contextOf(all), log);
  }

  /** With a fresh context for each event: graphql-js would reuse the first one, whose reader remembers its rows. */
  #fetched(events: AsyncIterator<unknown>, { args, caller }: LiveRequest): AsyncIterableIterator<ExecutionResult> {
    const next = async () => {
      const event = await events.next().catch(async (error: unknown) => {
        await events.return?.();
        throw error;
      });
      if (event.done) return { value: undefined, done: true as const };
      const contextValue = this.#parts.contextOf(caller);
      return { value: await execute({ ...args, rootValue: event.value, contextValue }), done: false as const };
    };
    const end = async () => {
      await events.return?.();
      return { value: undefined, done: true as const };
    };
    return {
      next,
      return: end,
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}

function begun(operation: LiveOperation<unknown>): () => void {
  return () => operation.leave();
}

/** Those with the same key may be told the very same bytes. */
function keyOf({ document, operationName, variableValues }: ExecutionArgs, text: string, caller: Caller): string {
  const below = variablesBelow(document, operationName ?? null);
  const variables = Object.entries(variableValues ?? {}).filter(([name]) => below.has(name));
  const scope = [caller.role, caller.customerId, [...caller.scopes].sort()];
  return canonicalJson([scope, operationName ?? null, Object.fromEntries(variables), text]);
}
