import {
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isObjectType,
} from 'graphql';
import type { Row } from '../reader.ts';
import type { Source } from '../source.ts';
import type { CallRoot, FieldRead } from './declare.ts';

type RowField = GraphQLField<Row, unknown>;
type Resolve = GraphQLFieldResolver<Row, unknown>;

/** How a field is read out of a row of its type, if that is declared. */
export function readOf(field: { extensions: { read?: unknown } }): FieldRead | undefined {
  return field.extensions.read as FieldRead | undefined;
}

/** The row that a planned row carries for a to-one field is under this name, whatever the field is called in the answer. */
export function oneSlot(fieldName: string): string {
  return `>${fieldName}`;
}

/** The page that a planned row carries for a list is under this name: each alias has arguments of its own. */
export function manySlot(responseName: string): string {
  return `>${responseName}`;
}

/** Puts its source on every type that has one, and on every field how it is read; and has planned values used. */
export function publishReads(schema: GraphQLSchema, sources: readonly Source[]): void {
  for (const source of sources) {
    const type = schema.getType(source.type);
    if (!isObjectType(type)) continue;
    type.extensions = { ...type.extensions, source };
    for (const field of Object.values(type.getFields())) publishRead(source, field as RowField);
  }
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) callDirectly(field);
}

function callDirectly(field: GraphQLField<unknown, unknown>): void {
  const call = field.extensions.root as CallRoot | undefined;
  if (call !== undefined) field.resolve = (_root, args, context, info) => call(args, context, info);
}

function publishRead(source: Source, field: RowField): void {
  const read = readOf(field) ?? columnOf(source, field);
  if (read === undefined) return;
  checkColumns(source, field.name, read);
  field.extensions = { ...field.extensions, read };
  field.resolve = resolverOf(read, field);
}

/** A field that says nothing else is the column of its name. */
function columnOf(source: Source, field: RowField): FieldRead | undefined {
  return field.resolve === undefined && field.name in source.columns ? { column: field.name } : undefined;
}

function checkColumns(source: Source, name: string, read: FieldRead): void {
  const missing = columnsOf(read).find((column) => source.columns[column] === undefined);
  if (missing !== undefined) throw new Error(`${source.type}.${name} reads ${missing}, which its source does not have`);
}

/** The columns of the parent row that a field looks at. */
export function columnsOf(read: FieldRead): readonly string[] {
  if ('column' in read) return [read.column];
  if ('from' in read) return read.from;
  return ['one' in read ? read.one.key : read.many.parentKey];
}

function resolverOf(read: FieldRead, field: RowField): Resolve | undefined {
  const { resolve } = field;
  if ('from' in read) return (row) => read.value(row);
  if ('column' in read) return resolve && planned(() => read.column, resolve);
  if (resolve === undefined) throw new Error(`${field.name} is an edge that nothing reads where it is not planned`);
  if ('one' in read) return planned(() => oneSlot(field.name), resolve);
  return planned((info) => manySlot(String(info.path.key)), resolve);
}

/** The value that a plan has put into the row; what was not planned is read as the resolver does it. */
function planned(slotOf: (info: GraphQLResolveInfo) => string, resolve: Resolve): Resolve {
  return (row, args, context, info) => {
    const value = row[slotOf(info)];
    return value === undefined ? resolve(row, args, context, info) : value;
  };
}
