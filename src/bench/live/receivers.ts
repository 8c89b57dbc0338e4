import { type Audience, DOCUMENT, orderIdOf, TOPICS, topicOf, variablesOf } from './live-events.ts';
import { type Listener, Receiver } from './receiver.ts';

/** Connections that are opened at a time; more than a server's queue of new ones would be refused. */
const OPENED_AT_ONCE = 100;
/** One message in so many is looked at as a whole; a prime, so that each socket's turn comes. */
const LOOK_AT_EVERY = 997;
/** How long nothing may come before it is called a loss, in milliseconds. */
const PATIENCE_MS = 20_000;

/** A round of events that finds out who listens is given this long, in milliseconds. */
const PRIMER_MS = 2_000;
const PRIMERS_AT_MOST = 5;

/** Makes events of these numbers. */
export type Publish = (numbers: readonly number[]) => unknown;

/** A server that can be listened to. */
export interface Target {
  url: string;
  token: string;
  /** To everybody the very same text, so not with everybody's own id. */
  sendsOneText?: boolean;
}

/** What came. */
interface Arrivals {
  /** Of its event. */
  numbers: number[];
  /** By performance.now(). */
  times: number[];
}

/** Many sockets to one server, all of one audience at a time. */
export class Receivers implements Listener {
  /** Text of the latest whole message about each order, by its number below TOPICS. */
  readonly texts: string[] = [];
  readonly #target: Target;
  readonly #all: Receiver[] = [];
  #audience: Audience | null = null;
  /** Variables of each socket's operation, as JSON. */
  readonly #wanted: (string | null)[] = [];
  /** Events that each socket has had since the last `begin`. */
  #counts = new Uint32Array();
  #arrivals: Arrivals = { numbers: [], times: [] };
  #bytes = 0;
  #looksAtAll = false;
  #pongs = 0;
  #awaited: { isReached(): boolean; resolve(): void; reject(error: Error): void } | null = null;
  #broken: Error | null = null;

  private constructor(target: Target) {
    this.#target = target;
  }

  /** Connects them; they listen to nothing yet. */
  static async open(target: Target, count: number): Promise<Receivers> {
    const receivers = new Receivers(target);
    for (let number = 0; number < count; number += OPENED_AT_ONCE) {
      const batch = Array.from({ length: Math.min(OPENED_AT_ONCE, count - number) }, (_, index) => number + index);
      const opened = batch.map((each) => Receiver.open(each, new URL(target.url), target.token, receivers));
      receivers.#all.push(...(await Promise.all(opened)));
    }
    return receivers;
  }

  get delivered(): number {
    return this.#arrivals.times.length;
  }

  /** Mean length of a message, in bytes. */
  get messageBytes(): number {
    return this.#bytes / this.delivered;
  }

  get arrivals(): Arrivals {
    return this.#arrivals;
  }

  /** Everybody of this audience listens, and nobody else, when this resolves. */
  async listen(audience: Audience, publish: Publish): Promise<void> {
    const { sockets, wanting } = audience;
    if (sockets === this.#audience?.sockets && wanting === this.#audience.wanting) return;
    this.#pongs = 0;
    this.#looksAtAll = true;
    this.#audience = audience;
    for (const receiver of this.#all) {
      this.#haveListen(receiver, receiver.number < sockets ? variablesOf(receiver.number, audience) : null);
      receiver.send({ type: 'ping' });
    }
    await this.#until(() => this.#pongs === this.#all.length);
    await this.#prime(publish);
    this.#looksAtAll = false;
  }

  /** Nothing is counted yet. */
  begin(): void {
    this.#counts = new Uint32Array(this.#all.length);
    this.#arrivals = { numbers: [], times: [] };
    this.#bytes = 0;
  }

  /** Resolves when so many messages have come since `begin`. */
  until(delivered: number): Promise<void> {
    return this.#until(() => this.delivered >= delivered);
  }

  /** @throws unless each socket has had what it was to have of the first `events` events, and no more. */
  verify(events: number): void {
    const wrong = this.#firstWrong(events);
    if (wrong !== null) throw new Error(wrong);
  }

  stop(): void {
    for (const receiver of this.#all) receiver.close();
  }

  wantsText(): boolean {
    return this.#looksAtAll || this.delivered % LOOK_AT_EVERY === 0;
  }

  onMessage(receiver: Receiver, bytes: number, text: string | null): void {
    if (text === '{"type":"pong"}') this.#pongs++;
    else this.#onEvent(receiver, bytes, text);
    if (this.#awaited?.isReached()) this.#awaited.resolve();
  }

  onBroken(error: Error): void {
    this.#broken ??= error;
    this.#awaited?.reject(error);
  }

  #onEvent({ number }: Receiver, bytes: number, text: string | null): void {
    const had = this.#counts[number] ?? 0;
    this.#counts[number] = had + 1;
    const isAll = this.#audience?.wanting === 'all';
    this.#arrivals.numbers.push(isAll ? had : had * TOPICS + (number % TOPICS));
    this.#arrivals.times.push(performance.now());
    this.#bytes += bytes;
    if (text !== null && this.#isWrong(number, text)) this.onBroken(new Error(`Not what was to come: ${text}`));
  }

  /** Who wants what it has already goes on as it is. */
  #haveListen(receiver: Receiver, variables: object | null): void {
    const wanted = variables === null ? null : JSON.stringify(variables);
    if (wanted === (this.#wanted[receiver.number] ?? null)) return;
    this.#wanted[receiver.number] = wanted;
    if (variables === null) receiver.send({ type: 'complete', id: receiver.operation });
    else receiver.subscribe(DOCUMENT, variables);
  }

  /** Looks at a whole message. */
  #isWrong(number: number, text: string): boolean {
    const { id, type, payload } = JSON.parse(text) as EventMessage;
    const event = payload?.data?.orderStatusChanged;
    const orderId = event?.order?.orderId ?? '';
    if (type === 'next') this.texts[topicOf(orderId)] = text;
    const isForIt = this.#target.sendsOneText || id === this.#all[number]?.operation;
    const isWanted = this.#audience?.wanting === 'all' || orderId === orderIdOf(number);
    return type !== 'next' || event?.kind !== 'CHANGE' || !isForIt || !isWanted;
  }

  /** Some of them may not listen yet: so until one round of events has come to each exactly once. */
  async #prime(publish: Publish): Promise<void> {
    const numbers = Array.from({ length: this.#audience?.wanting === 'all' ? 1 : TOPICS }, (_, number) => number);
    for (let tries = 0; tries < PRIMERS_AT_MOST; tries++) {
      this.begin();
      await publish(numbers);
      await this.#until(() => this.delivered >= (this.#audience?.sockets ?? 0), PRIMER_MS);
      if (this.#firstWrong(numbers.length) === null) return;
    }
    this.verify(numbers.length);
  }

  #firstWrong(events: number): string | null {
    for (const { number } of this.#all) {
      const due = this.#due(number, events);
      if (this.#counts[number] !== due)
        return `Socket ${number} was to get ${due} messages, and got ${this.#counts[number]}.`;
    }
    return null;
  }

  #due(number: number, events: number): number {
    const { sockets, wanting } = this.#audience ?? { sockets: 0, wanting: 'all' };
    if (number >= sockets) return 0;
    return wanting === 'all' ? events : Math.ceil((events - (number % TOPICS)) / TOPICS);
  }

  /** @param atMostMs after which it resolves all the same, in milliseconds */
  async #until(isReached: () => boolean, atMostMs?: number): Promise<void> {
    if (this.#broken !== null) throw this.#broken;
    if (isReached()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#awaited = { isReached, resolve, reject };
    let before = -1;
    const watch = setInterval(() => {
      const come = this.delivered + this.#pongs;
      if (come === before) reject(new Error(`No message has come for ${PATIENCE_MS / 1_000} s, after ${come}.`));
      before = come;
    }, PATIENCE_MS);
    const enough = atMostMs === undefined ? undefined : setTimeout(resolve, atMostMs);
    await promise.finally(() => {
      clearInterval(watch);
      clearTimeout(enough);
    });
  }
}

/** As the servers send it. */
interface EventMessage {
  id?: string;
  type: string;
  payload?: { data?: { orderStatusChanged?: { kind: string; order: { orderId: string } | null } } };
}
