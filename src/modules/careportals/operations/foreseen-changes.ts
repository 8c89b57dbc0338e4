import { type Caller, levelOf } from '../../../platform/access/caller.ts';
import { canonicalJson } from '../../../platform/canonical-json.ts';
import { fromInstant, type Instant } from '../../../platform/database/instant.ts';
import type { Query } from '../../../platform/database/query.ts';
import type { Subject } from '../../../platform/inbox/delivery.ts';
import { Reader, type Row } from '../../../platform/read/reader.ts';
import type { Source } from '../../../platform/read/source.ts';
import { subjectKinds, subjectNode } from './webhook-subjects.ts';

/** Rows by type and key, as one caller sees them; null where there is none. */
export type Seen = ReadonlyMap<string, { type: string; key: string; row: Row | null }>;

export interface ForeseenChange {
  type: string;
  key: string;
  /** The row as it stands. */
  subject: Row | null;
  field: string;
  before: unknown;
  after: unknown;
}

/** A row gets its node id when it is made, and a profile's address is the customer's id again. */
const NOT_COMPARED = new Set(['id', 'publicId', 'emrProfileUrl']);

/** What moves with every write: alone it is no change. */
const NOISE = new Set(['version', 'updatedAt']);

/** Reads what deliveries were applied to under the caller's own rights: what is hidden stays hidden. */
export function subjectsAsSeenBy(caller: Caller): (query: Query, subjects: Subject[]) => Promise<Seen> {
  return async (query, subjects) => {
    const reader = new Reader(query, levelOf(caller), caller.customerId);
    const named = new Map(subjects.map((subject) => [`${subject.type}:${subject.id}`, subject]));
    const entries = [...named].map(async ([name, { type, id }]) => {
      return [name, { type, key: id, row: await subjectNode(reader, type, id) }] as const;
    });
    return new Map(await Promise.all(entries));
  };
}

/** Field by field what differs between the two. Of a row that would be made: all that it would have. */
export function foreseenChanges(before: Seen, after: Seen): ForeseenChange[] {
  return [...after].flatMap(([name, { type, key, row }]) => changesOf(type, key, before.get(name)?.row ?? null, row));
}

function changesOf(type: string, key: string, before: Row | null, after: Row | null): ForeseenChange[] {
  const source = subjectKinds.get(type)?.source;
  if (source === undefined) return [];
  const changed = comparedFields(source).filter(
    (field) => canonicalJson(before?.[field] ?? null) !== canonicalJson(after?.[field] ?? null),
  );
  if (changed.every((field) => NOISE.has(field))) return [];
  const shownOf = (row: Row | null, field: string) => shown(source, field, row?.[field] ?? null);
  return changed.map((field) => {
    return { type, key, subject: before, field, before: shownOf(before, field), after: shownOf(after, field) };
  });
}

function comparedFields(source: Source): string[] {
  return Object.keys(source.columns).filter((field) => !source.columns[field]?.heavy && !NOT_COMPARED.has(field));
}

/** As the graph would show it. */
function shown(source: Source, field: string, value: unknown): unknown {
  if (value === null) return null;
  switch (source.columns[field]?.kind) {
    case 'instant':
      return fromInstant(value as Instant).toISOString();
    case 'flag':
      return value !== 0;
    default:
      return value;
  }
}
