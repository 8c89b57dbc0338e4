import { setImmediate } from 'node:timers/promises';
import { type ExecutionArgs, type ExecutionResult, execute, type GraphQLError } from 'graphql';
import type { Context } from '../context.ts';
import { RetryLater } from '../database/transaction.ts';
import type { Audience, FeedEvent, Listener } from '../live/feed.ts';
import type { Log } from '../log.ts';
import type { LiveOperation } from './live-operation.ts';
import { shownError } from './shown-error.ts';

/** Events that may be in the making for one audience, and bytes that may wait behind a slow one. */
const MOST_IN_THE_MAKING = 1_000;
const MOST_BYTES = 8 * 1_024 * 1_024;
/** How often an event is tried while the database is away, and how long after the last try, in milliseconds. */
const MOST_TRIES = 60;
const TRY_AGAIN_MS = 500;

/** How long sending may keep the process from everything else, in milliseconds. */
const BREATHE_EVERY_MS = 10;
let breathedAt = 0;

/** Many events for thousands of clients are seconds of sending, in which nothing else would be read or answered. */
async function breathe(): Promise<void> {
  if (performance.now() - breathedAt < BREATHE_EVERY_MS) return;
  await setImmediate();
  breathedAt = performance.now();
}

/**
 * Live operations with the same document, the same variables below the live field and the same rights. An event is
 * executed once for all of them, and its answer is made JSON once.
 */
export class SharedAnswers<Row> implements Audience<Row> {
  readonly #args: ExecutionArgs;
  readonly #freshContext: () => Context;
  readonly #log: Log;
  /** Settles when everything told so far is sent: answers go out in the order of their events. */
  #sent: Promise<void> = Promise.resolve();
  #inTheMaking = 0;
  #bytes = 0;
  #batch: object | null = null;
  #batchContext: Context | null = null;

  /** @param freshContext in the name of all of them: with their rights, and no one's own name. */
  constructor(args: ExecutionArgs, freshContext: () => Context, log: Log) {
    this.#args = args;
    this.#freshContext = freshContext;
    this.#log = log;
  }

  tell(event: FeedEvent<Row>, to: Listener<Row>[], batch: object): void {
    const operations = to as LiveOperation<Row>[];
    if (this.#inTheMaking >= MOST_IN_THE_MAKING || this.#bytes > MOST_BYTES) {
      for (const operation of operations) operation.lost();
      return;
    }
    this.#inTheMaking++;
    const made = this.answer(event, this.#contextOf(batch)).then((text) => {
      this.#bytes += text.length;
      return text;
    });
    this.#sent = this.#sent.then(async () => {
      const text = await made;
      this.#inTheMaking--;
      this.#bytes -= text.length;
      for (const operation of operations) operation.take(text, event.cursor);
      await breathe();
    });
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
  sent(): Promise<void> {
    return this.#sent;
  }

  /** Events that were read together are answered together, so that what they lead to is read for all of them at once. */
  #contextOf(batch: object): Context {
    if (this.#batch !== batch || this.#batchContext === null) {
      this.#batch = batch;
      this.#batchContext = this.freshContext();
    }
    return this.#batchContext;
  }

  #shown(result: ExecutionResult, requestId: string) {
    if (result.errors === undefined) return result;
    return { ...result, errors: result.errors.map((error: GraphQLError) => shownError(error, requestId, this.#log)) };
  }
}
