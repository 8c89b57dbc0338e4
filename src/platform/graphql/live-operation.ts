import type { FeedEvent, Following, Listener, Listening } from '../live/following.ts';
import type { Outlet } from './outlet.ts';
import type { SharedAnswers } from './shared-answers.ts';

/** Bytes that may wait for one client before it counts as too slow. */
const MOST_WAITING = 1_024 * 1_024;
/** A replay goes on when the client has taken all but this many bytes. */
const REPLAY_WAITING = 256 * 1_024;
/** A client that has taken nothing for this long does not read, in milliseconds. */
const READS_WITHIN_MS = 200;
/** How soon a client that has something to take is looked at again, and how late if it takes nothing, in milliseconds. */
const LOOK_AFTER_MS = { first: 2, longest: 200 } as const;
/** Events of a replay that are answered together; only when the client has taken what it was sent. */
const CHUNK = 20;
/** Bytes of what happens during a replay. */
const MOST_QUEUED = 256 * 1_024;

interface Answer {
  text: string;
  cursor: string;
}

/**
 * One live operation of one client: first what it missed, then what is new, in order and as fast as the client takes
 * it. What is too much at once is replayed a little later; a client that does not even take what it has gets one GAP as
 * soon as it reads again, and the end.
 */
export class LiveOperation<Row> implements Listener<Row> {
  readonly audience: SharedAnswers<Row>;
  readonly #outlet: Outlet;
  readonly #isAllowed: () => boolean;
  readonly #onEnd: () => void;
  #following: Following<Row>;
  #listening: Listening<Row>;
  #state: 'replaying' | 'live' | 'behind' | 'lost' | 'ended' = 'replaying';
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
    this.#following = following;
    this.#listening = following.begin(this);
    this.#reached = this.#listening.from;
    this.#guard(this.#replay(true));
  }

  /** The answer of an event that happens now. */
  take(text: string, cursor: string): void {
    if (this.#state === 'live') {
      if (this.#outlet.waiting() > MOST_WAITING) this.fallBehind();
      else this.#send({ text, cursor });
    } else if (this.#state === 'replaying') {
      this.#queue.push({ text, cursor });
      this.#queued += text.length;
      if (this.#queued > MOST_QUEUED) this.fallBehind();
    }
  }

  /** More happens than can be told at once: what is not told is replayed. */
  fallBehind(): void {
    const before = this.#state;
    if (before !== 'live' && before !== 'replaying') return;
    this.#stopListening('behind');
    if (before === 'live') this.#guard(this.#catchUp());
  }

  /** What was missed will never be told. */
  lost(): void {
    const before = this.#state;
    if (before === 'ended' || before === 'lost') return;
    this.#stopListening('lost');
    // A replay goes on: the further it comes, the less is left to replay from the cursor of the GAP.
    if (before === 'live') this.#guard(this.#tellGap());
  }

  /** The client wants no more. */
  leave(): void {
    this.#end();
  }

  #stopListening(state: 'behind' | 'lost'): void {
    this.#state = state;
    this.#queue = [];
    this.#queued = 0;
    this.#listening.end();
  }

  /** @param first the client asked for it, and may take its time. */
  async #replay(first: boolean): Promise<void> {
    const hasRoom = () => (first ? this.#room(REPLAY_WAITING) : this.#roomSoon());
    for await (const events of inChunks(this.#listening.replay, CHUNK)) {
      if (!(await hasRoom())) return;
      const context = this.audience.freshContext();
      const texts = await Promise.all(events.map((event) => this.audience.answer(event, context)));
      for (const [i, { kind, cursor }] of events.entries()) {
        if (!(await hasRoom())) return;
        this.#send({ text: texts[i] ?? '', cursor });
        if (kind === 'GAP') return this.#complete();
      }
    }
    if (this.#state === 'ended') return;
    this.#reached = this.#listening.liveFrom;
    this.#outlet.reached(this.#reached);
    if (first && this.#listening.progress && this.#state === 'replaying') await this.#tellProgress();
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      this.#queued -= next.text.length;
      if (!(await hasRoom())) return;
      this.#send(next);
    }
    if (this.#state === 'replaying') this.#state = 'live';
    else if (this.#state === 'behind') await this.#catchUp();
    else if (this.#state === 'lost') await this.#tellGap();
  }

  /** When a client that reads has read all that it had, the rest is replayed. One that does not is told a GAP when it does. */
  async #catchUp(): Promise<void> {
    await this.#untilTakenOrStalled(0);
    if (this.#state === 'behind' && this.#outlet.waiting() === 0) {
      const following = await this.#following.again(this.#reached);
      if (this.#state === 'behind') return this.#follow(following);
    }
    if (this.#state !== 'ended') await this.#tellGap();
  }

  /** Room in the replay of one that has fallen behind; false if it has ended, as it does when its client stops reading. */
  async #roomSoon(): Promise<boolean> {
    await this.#untilTakenOrStalled(REPLAY_WAITING);
    if (this.#state === 'ended' || this.#outlet.waiting() <= REPLAY_WAITING) return this.#state !== 'ended';
    this.#stopListening('lost');
    await this.#tellGap();
    return false;
  }

  /** Until no more than this many bytes wait, or none of them was taken for some time. */
  async #untilTakenOrStalled(most: number): Promise<void> {
    let least = this.#outlet.waiting();
    let until = performance.now() + READS_WITHIN_MS;
    while (this.#state !== 'ended' && least > most && performance.now() < until) {
      await pause(LOOK_AFTER_MS.first);
      const waiting = this.#outlet.waiting();
      if (waiting >= least) continue;
      least = waiting;
      until = performance.now() + READS_WITHIN_MS;
    }
  }

  #follow(following: Following<Row>): Promise<void> {
    this.#following = following;
    this.#state = 'replaying';
    this.#listening = following.begin(this);
    return this.#replay(false);
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
    let wait: number = LOOK_AFTER_MS.first;
    while (this.#state !== 'ended' && this.#outlet.waiting() > most) {
      await pause(wait);
      wait = Math.min(wait * 2, LOOK_AFTER_MS.longest);
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
    this.#listening.end();
    void this.#listening.replay.return();
    this.#onEnd();
    return true;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
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
