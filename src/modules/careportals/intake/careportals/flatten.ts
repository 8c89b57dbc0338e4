/** A body as dotted paths (`lineItems.0.productId`) to text. Only scalars are in it, and no null. */
export type Flat = ReadonlyMap<string, string>;

/** The longest path that anything here reads is far shorter; long keys times many leaves would eat the memory. */
const LONGEST_PATH = 200;
/** True bodies have a few hundred. */
const MOST_PATHS = 20_000;

/**
 * Brings the two forms of a body to one: nested objects and arrays become dotted paths, keys that are dotted already
 * stay as they are. Booleans become `true` and `false`, numbers their shortest decimal text. Where both forms name
 * the same path, the first that is not empty counts. The result is a Map, so no key can reach a prototype.
 */
export function flatten(body: unknown): Flat {
  const flat = new Map<string, string>();
  add(flat, '', body);
  return flat;
}

function add(flat: Map<string, string>, path: string, value: unknown): void {
  if (path.length > LONGEST_PATH || flat.size >= MOST_PATHS) return;
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) add(flat, path === '' ? key : `${path}.${key}`, inner);
    return;
  }
  const text = scalarText(value);
  if (text !== null && (flat.get(path) ?? '') === '') flat.set(path, text);
}

function scalarText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  // Beyond 2^53 JSON has lost digits already: a wrong number is worse than none.
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? null : String(value);
}
