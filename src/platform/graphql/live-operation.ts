import type { FeedEvent, Following, Listener, Told } from '../live/feed.ts';
import type { Outlet } from './outlet.ts';
import type { SharedAnswers } from './shared-answers.ts';

/** Bytes that may wait for one client before it counts as too slow. */
const MOST_WAITING = 1_024 * 1_024;
/** A replay goes on when the client has taken all but this many bytes. */
const REPLAY_WAITING = 128 * 1_024;
/** How often a client that has to catch up is looked at, in milliseconds. */
const LOOK_EVERY_MS = 50;
/** Events of a replay that are answered together. */
const CHUNK = 50;

interface Answer {
  text: string;
  cursor: string;
}

/**
 * One live operation of one client: first what it missed, then what is new, in order and as fast as the client takes
 * it. What is too much for it is dropped, and it gets one GAP as soon as it has read what it had.
 */
export class LiveOperation<Row> implements Listener<Row> {
  readonly audience: SharedAnswers<Row>;
  readonly #outlet: Outlet;
  readonly #isAllowed: () => boolean;
  readonly #told: Told<Row>;
  readonly #onEnd: () => void;
  #state: 'replaying' | 'live' | 'behind' | 'ended' = 'replaying';
  /** The cursor of the last event that was sent. */
  #reached: string;
  /** What happens during the replay. */
  #queue: Answer[] = [];
  #queued = 0;

  /** @param isAllowed whether the token is good, asked before each answer. @param onEnd called once, whoever ends it. */
  constructor(
    audience: SharedAnswers<Row>,
    following: Following<Row>,
    outlet: Outlet,
    isAllowed: () => boolean,
    onEnd: () => void,
  ) {
    this.audience = audience;
    this.#outlet = outlet;
    this.#isAllowed = isAllowed;
    this.#onEnd = onEnd;
    this.#told = following.begin(this);
    this.#reached = this.#told.from;
    this.#guard(this.#begin());
  }

  /** The answer of an event that happens now. */
  take(text: string, cursor: string): void {
    if (this.#state === 'live') {
      if (this.#outlet.waiting() > MOST_WAITING) this.lost();
      else this.#send({ text, cursor });
    } else if (this.#state === 'replaying') {
      this.#queue.push({ text, cursor });
      this.#queued += text.length;
      if (this.#queued > MOST_WAITING) this.lost();
    }
  }

  lost(): void {
    const before = this.#state;
    if (before !== 'live' && before !== 'replaying') return;
    this.#state = 'behind';
    this.#queue = [];
    this.#told.end();
    // A replay goes on: the further it comes, the less is left to replay from the cursor of the GAP.
    if (before === 'live') this.#guard(this.#tellGap());
  }

  /** The client wants no more. */
  leave(): void {
    this.#end();
  }

  async #begin(): Promise<void> {
    for await (const events of inChunks(this.#told.replay, CHUNK)) {
      const context = this.audience.freshContext();
      const texts = await Promise.all(events.map((event) => this.audience.answer(event, context)));
      for (const [i, { kind, cursor }] of events.entries()) {
        if (!(await this.#room(REPLAY_WAITING))) return;
        this.#send({ text: texts[i] ?? '', cursor });
        if (kind === 'GAP') return this.#complete();
      }
    }
    this.#reached = this.#told.liveFrom;
    this.#outlet.reached(this.#reached);
    if (this.#told.progress && this.#state === 'replaying') await this.#tellProgress();
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      this.#queued -= next.text.length;
      if (!(await this.#room(REPLAY_WAITING))) return;
      this.#send(next);
    }
    if (this.#state === 'replaying') this.#state = 'live';
    else if (this.#state === 'behind') await this.#tellGap();
  }

  async #tellProgress(): Promise<void> {
    const text = await this.audience.answer({ kind: 'PROGRESS', cursor: this.#reached }, this.audience.freshContext());
    if (await this.#room(REPLAY_WAITING)) this.#send({ text, cursor: this.#reached });
  }

  /** As soon as the client has read all that it had. */
  async #tellGap(): Promise<void> {
    const gap: FeedEvent<Row> = { kind: 'GAP', cursor: this.#reached };
    const text = await this.audience.answer(gap, this.audience.freshContext());
    if (!(await this.#room(0))) return;
    this.#send({ text, cursor: gap.cursor });
    this.#complete();
  }

  #send({ text, cursor }: Answer): void {
    if (!this.#isAllowed()) return;
    this.#outlet.next(text, cursor);
    this.#reached = cursor;
  }

  /** Resolves when no more than this many bytes wait; with false if the operation has ended meanwhile. */
  async #room(most: number): Promise<boolean> {
    while (this.#state !== 'ended' && this.#outlet.waiting() > most) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return this.#state !== 'ended';
  }

  /** What breaks ends the operation, and its client is told. */
  #guard(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (this.#end()) this.#outlet.fail(error);
    });
  }

  #complete(): void {
    if (this.#end()) this.#outlet.complete();
  }

  #end(): boolean {
    if (this.#state === 'ended') return false;
    this.#state = 'ended';
    this.#queue = [];
    this.#told.end();
    void this.#told.replay.return();
    this.#onEnd();
    return true;
  }
}

async function* inChunks<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[], void> {
  let chunk: T[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length === size) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}
