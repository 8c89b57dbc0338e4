import type { LoadRound } from './serve-rounds.ts';

/** More than this machine can use in a millisecond; what is missing is made when it is wanted. */
const PER_MILLISECOND = 5;
const MOST = 20_000;

/** What a load sends, made before the round begins, so that making it is not measured. */
export class Prepared<T> {
  readonly #make: () => T;
  #ready: T[] = [];
  #taken = 0;

  constructor(make: () => T) {
    this.#make = make;
  }

  /** Drops what the last round left: it may have grown old, as signatures do. */
  fill(round: LoadRound): void {
    this.#ready = Array.from({ length: Math.min(wantedFor(round), MOST) }, this.#make);
    this.#taken = 0;
  }

  take(): T {
    return this.#ready[this.#taken++] ?? this.#make();
  }
}

function wantedFor(round: LoadRound): number {
  if ('operations' in round) return round.operations;
  return Math.ceil(round.milliseconds * ('perSecond' in round ? round.perSecond / 1_000 : PER_MILLISECOND));
}
