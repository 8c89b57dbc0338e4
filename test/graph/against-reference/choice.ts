/** A directive by one of the operation's boolean variables, or by a word. */
export interface Condition {
  name: 'include' | 'skip';
  by: 0 | 1 | 'true' | 'false';
}

/** Arguments of a list, as numbers to be turned into values where the world is known. */
export interface ListChoice {
  /** With `null`, the argument is given and is null. */
  first?: number | null;
  last?: number | null;
  after?: number;
  before?: number;
  /** Cursors of whatever order, and thus mostly wrong. */
  anyCursor: boolean;
  sort?: { field: number; direction: 'ASC' | 'DESC' | null };
  filters: { field: number; values: number[]; loud: boolean; isNull: boolean }[];
  /** By variables, rather than in the text. */
  asVariables: boolean;
}

/** By what one thing is asked for: which argument, which row; sometimes by two arguments or by none. */
export interface OneChoice {
  argument: number;
  row: number;
  given: 0 | 1 | 2;
  /** A value that no row has, or a row of another kind. */
  odd: boolean;
  asVariables: boolean;
}

export interface FieldChoice {
  is: 'field';
  /** The type that it is a field of. */
  of: string;
  name: string;
  aliased: boolean;
  /** Said twice with the same arguments, half of the selection each: GraphQL merges them. */
  split: boolean;
  conditions: Condition[];
  list?: ListChoice;
  one?: OneChoice;
  /** Node ids, for `nodes`. */
  ids?: number[];
  selections?: Choice[];
}

/** A fragment, in its place or with a name. */
export interface FragmentChoice {
  is: 'fragment';
  on: string;
  hasName: boolean;
  /** Without a type condition. */
  bare: boolean;
  conditions: Condition[];
  selections: Choice[];
}

/** A named fragment on the type that was spread before, once more. */
export interface AgainChoice {
  is: 'again';
  on: string;
  pick: number;
  conditions: Condition[];
}

export type Choice = FieldChoice | FragmentChoice | AgainChoice;

/** Who asks, and with which variables. */
export interface Asking {
  /** Which of the callers. */
  asker: number;
  booleans: [boolean, boolean];
  /** Added to the numbers behind every other variable: the same text with other values. */
  shift: number;
}

export interface QueryChoice {
  /** One after another, with the same text: what is remembered of a document must fit all who send it. */
  askings: Asking[];
  roots: Choice[];
}
