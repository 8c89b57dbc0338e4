import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  getNamedType,
  isEnumType,
  isLeafType,
} from 'graphql';
import { Fault } from './fault.ts';
import { iso, snake } from './kind.ts';
import { kindOf, kinds } from './kinds.ts';
import { type Hearing, isShown, type ListArgs, pageOf, type Thing } from './page.ts';
import { isClosed, isHidden } from './rights.ts';
import { rootList, rootOne } from './roots.ts';
import { type Row, rowsWith } from './world.ts';

/** The graph as it is published, and nothing of how it is served. */
export const published = buildSchema(readFileSync(join(import.meta.dirname, '../../../../schema.graphql'), 'utf8'));

export interface Answered {
  data: ExecutionResult['data'];
  /** Whether something was refused. */
  isRefused: boolean;
  /** Codes of all that is refused anywhere in it: which of them is told depends on what is tried first. */
  codes: Set<string>;
}

type Hearings = Hearing & { codes: Set<string> };

/** Answers a query out of whole tables. Instants are told as text, so nothing here knows a Date. */
export async function answer(document: DocumentNode, variables: object, hearing: Hearing): Promise<Answered> {
  const codes = new Set<string>();
  const { data, errors = [] } = await execute({
    schema: published,
    document,
    variableValues: variables as Record<string, unknown>,
    contextValue: { ...hearing, codes },
    fieldResolver: resolve,
    typeResolver: (thing: unknown) => (thing as Thing).kind.type,
  });
  // What was going on beside the first refusal comes to its end.
  await new Promise((resolve) => setImmediate(resolve));
  const broken = errors.find(({ originalError }) => !(originalError instanceof Fault));
  if (broken !== undefined) throw broken;
  return { data, isRefused: errors.length > 0, codes };
}

const resolve: GraphQLFieldResolver<unknown, Hearings, Record<string, unknown>> = (from, args, hearing, info) => {
  if (isLeafType(getNamedType(info.returnType))) return valueAt(from, args, hearing, info);
  // Later, so that a refusal here does not keep what stands beside it from being refused, too.
  return Promise.resolve()
    .then(() => valueAt(from, args, hearing, info))
    .catch((error) => {
      if (error instanceof Fault) for (const code of error.codes) hearing.codes.add(code);
      throw error;
    });
};

function valueAt(from: unknown, args: Record<string, unknown>, hearing: Hearings, info: GraphQLResolveInfo): unknown {
  if (info.parentType.name === 'Query') return atRoot(args, hearing, info);
  if (isThing(from)) return ofThing(from, args, hearing, info);
  return told((from as Row)[info.fieldName], info.returnType);
}

function isThing(from: unknown): from is Thing {
  return typeof from === 'object' && from !== null && 'kind' in from && 'row' in from;
}

function atRoot(args: Record<string, unknown>, hearing: Hearings, { fieldName, returnType }: GraphQLResolveInfo) {
  if (fieldName === 'node') return nodeOf(String(args.id), hearing);
  if (fieldName === 'nodes') return (args.ids as string[]).map((id) => faultOr(() => nodeOf(id, hearing), hearing));
  const named = getNamedType(returnType).name;
  if (named.endsWith('Connection')) return rootList(fieldName, kindOf(named.replace('Connection', '')), args, hearing);
  return rootOne(kindOf(named), args, hearing);
}

/** graphql-js takes an error in a list for that item's own. */
function faultOr<T>(give: () => T, { codes }: Hearings): T | Fault {
  try {
    return give();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    for (const code of error.codes) codes.add(code);
    return error;
  }
}

function nodeOf(id: string, hearing: Hearing): Thing | null {
  const [, prefix, publicId] = /^(.+)_([0-9a-f]{32})$/.exec(id) ?? [];
  const kind = Object.values(kinds).find((known) => known.prefix === prefix);
  if (kind === undefined) return null;
  if (isClosed(hearing.asker, kind.type)) throw new Fault(['FORBIDDEN']);
  const [row] = rowsWith(hearing.world, kind.table, 'public_id', publicId);
  return row !== undefined && isShown(kind, row, hearing) ? { kind, row } : null;
}

function ofThing({ kind, row }: Thing, args: ListArgs, hearing: Hearing, info: GraphQLResolveInfo): unknown {
  const { fieldName, returnType } = info;
  const { world, asker } = hearing;
  const many = kind.many?.[fieldName];
  if (many !== undefined) return listOf(many.to, many.rows(row, world), args, hearing, many.sort);
  const one = kind.one?.[fieldName];
  if (one !== undefined) return shown(one.to, one.row(row, world), hearing);
  if (fieldName === 'subjects') return subjects(row, hearing);
  if (fieldName === 'id') return `${kind.prefix}_${row.public_id}`;
  if (isHidden(asker, kind.type, fieldName)) return null;
  const value = kind.values?.[fieldName];
  return told(value === undefined ? column(row, fieldName) : value(row, world, asker), returnType);
}

function column(row: Row, field: string): unknown {
  const name = snake(field);
  if (!(name in row)) throw new Error(`The reference has no column ${name}.`);
  return row[name];
}

function listOf(to: string, rows: Row[], args: ListArgs, hearing: Hearing, sort?: NonNullable<ListArgs['sort']>) {
  // The arguments are looked at even where there is nothing to see.
  return pageOf({ kind: kindOf(to), rows: isClosed(hearing.asker, to) ? [] : rows, args, sort }, hearing);
}

function shown(to: string, row: Row | undefined, hearing: Hearing): Thing | null {
  const kind = kindOf(to);
  if (row === undefined || isClosed(hearing.asker, to)) return null;
  return isShown(kind, row, hearing) ? { kind, row } : null;
}

/** Rows that a delivery was applied to, by type and then by key, without those that are gone. */
function subjects(delivery: Row, hearing: Hearing): Thing[] {
  const named = rowsWith(hearing.world, 'webhook_subjects', 'inbox_id', delivery.inbox_id);
  const keyOf = (row: Row) => `${row.subject_type}:${row.subject_id}`;
  return named
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .flatMap(({ subject_type, subject_id }) => {
      const kind = kindOf(String(subject_type));
      // An address is known by its hash here, and by its public id in cursors.
      const key = kind.type === 'Address' ? 'address_id' : kind.key;
      const [row] = rowsWith(hearing.world, kind.table, key, subject_id);
      return shown(kind.type, row, hearing) ?? [];
    });
}

/** A stored value as the graph tells one of this type. */
function told(value: unknown, type: GraphQLOutputType): unknown {
  if (value === null || value === undefined) return null;
  const named = getNamedType(type);
  if (Array.isArray(value)) return named.name === 'JSON' ? value : value.map((item) => told(item, named));
  if (isEnumType(named)) return String(value).toUpperCase();
  if (named.name === 'DateTimeISO') return iso(value);
  if (named.name === 'Boolean') return Boolean(value);
  return value;
}
