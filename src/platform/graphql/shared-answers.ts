import { type ExecutionArgs, type ExecutionResult, execute, type GraphQLError } from 'graphql';
import type { Context } from '../context.ts';
import { RetryLater } from '../database/transaction.ts';
import type { Audience, FeedEvent, Listener } from '../live/following.ts';
import type { Log } from '../log.ts';
import { breatheAfter } from './bursts.ts';
import type { LiveOperation } from './live-operation.ts';
import { shownError } from './shown-error.ts';

/** Events that may wait for one audience: more than that is a server that cannot keep up. */
const MOST_EVENTS = 20_000;
/** Events that are answered together: what they lead to is read for all of them at once, and so many answers are kept. */
const AT_ONCE = 250;
/** How often an event is tried while the database is away, and how long after the last try, in milliseconds. */
const MOST_TRIES = 60;
const TRY_AGAIN_MS = 500;

/**
 * Live operations with the same document, the same variables below the live field and the same rights. An event is
 * executed once for all of them, and its answer is made JSON once.
 */
export class SharedAnswers<Row> implements Audience<Row> {
  readonly #args: ExecutionArgs;
  readonly #freshContext: () => Context;
  readonly #log: Log;
  #waiting: { event: FeedEvent<Row>; operations: LiveOperation<Row>[] }[] = [];
  #sending: Promise<void> | null = null;

  /** @param freshContext in the name of all of them: with their rights, and no one's own name. */
  constructor(args: ExecutionArgs, freshContext: () => Context, log: Log) {
    this.#args = args;
    this.#freshContext = freshContext;
    this.#log = log;
  }

  tell(event: FeedEvent<Row>, to: Listener<Row>[]): void {
    const operations = to as LiveOperation<Row>[];
    if (this.#waiting.length >= MOST_EVENTS) {
      for (const operation of operations) operation.fallBehind();
      return;
    }
    this.#waiting.push({ event, operations });
    // Not at once: what is told in the same breath is answered together.
    this.#sending ??= Promise.resolve().then(() => this.#send());
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0) {
      const some = this.#waiting.splice(0, AT_ONCE);
      const context = this.freshContext();
      const answers = some.map(({ event }) => this.answer(event, context));
      for (const [i, { event, operations }] of some.entries()) {
        const text = (await answers[i]) ?? '';
        for (const operation of operations) operation.take(text, event.cursor);
        await breatheAfter(operations.length);
      }
    }
    this.#sending = null;
  }

  /** The JSON of what an event is for these operations. An outage delays it; nothing else about it is tried twice. */
  async answer(event: FeedEvent<Row>, context: Context): Promise<string> {
    for (let tries = 1; ; tries++) {
      const current = tries === 1 ? context : this.freshContext();
      const result = await execute({ ...this.#args, rootValue: event, contextValue: current });
      const isAway = result.errors?.some(({ originalError }) => originalError instanceof RetryLater);
      if (!isAway || tries === MOST_TRIES) return JSON.stringify(this.#shown(result, current.requestId));
      await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
    }
  }

  /** For events that are read together. */
  freshContext(): Context {
    return this.#freshContext();
  }

  /** Resolves when everything told so far is sent. */
  async sent(): Promise<void> {
    await this.#sending;
  }

  #shown(result: ExecutionResult, requestId: string) {
    if (result.errors === undefined) return result;
    return { ...result, errors: result.errors.map((error: GraphQLError) => shownError(error, requestId, this.#log)) };
  }
}
