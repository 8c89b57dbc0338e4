import type { Kind } from './kind.ts';

/** What a cursor means: a row's place in a list of this type in this order. */
export interface Place {
  type: string;
  field: string;
  direction: 'ASC' | 'DESC';
  /** The row's node id. */
  id: string;
}

export function signOf(kind: Kind, sort: { field: string; direction: 'ASC' | 'DESC' }): Omit<Place, 'id'> {
  return { type: kind.type, ...sort };
}

/** Every cursor of a world, as the server was heard to give it. What it says inside is its own business. */
export class Cursors {
  readonly #places = new Map<string, Place>();
  readonly #cursors = new Map<string, string>();

  learn(cursor: string, place: Place): void {
    this.#places.set(cursor, place);
    this.#cursors.set(keyOf(place), cursor);
  }

  place(cursor: string): Place | undefined {
    return this.#places.get(cursor);
  }

  cursor(place: Place): string {
    const cursor = this.#cursors.get(keyOf(place));
    if (cursor === undefined) throw new Error(`The server never gave a cursor for ${keyOf(place)}.`);
    return cursor;
  }

  /** Those of a type, to be given as arguments. */
  of(type: string): string[] {
    return [...this.#places].filter(([, place]) => place.type === type).map(([cursor]) => cursor);
  }
}

function keyOf({ type, field, direction, id }: Place): string {
  return [type, field, direction, id].join(' ');
}
