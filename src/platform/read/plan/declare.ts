import type { GraphQLResolveInfo } from 'graphql';
import { Extensions } from 'type-graphql';
import type { Row } from '../reader.ts';
import type { ManyEdge, Source } from '../source.ts';

/** A way from one row to at most one row of another source. */
export interface OneEdge {
  to: Source;
  /** The unique field of the target. */
  field: string;
  /** The field of the parent row that holds its value. */
  key: string;
}

/** How a field is read out of a row; the schema carries it as `field.extensions.read`. */
export type FieldRead =
  | { column: string }
  | { from: readonly string[]; value(row: Row): unknown }
  | { one: OneEdge }
  | { many: ManyEdge };

/**
 * The field resolver below computes its value at once, from these columns of its `@Root()` alone, which is its only
 * parameter.
 */
export function From(...columns: string[]) {
  return <Method extends (row: Row) => unknown>(
    prototype: object,
    name: string,
    descriptor: TypedPropertyDescriptor<Method>,
  ) => {
    const method = descriptor.value;
    if (method === undefined) throw new Error(`${name} is not a method: @From belongs on one`);
    const value = (row: Row) => method.call(prototype, row);
    publish({ from: columns, value }, prototype, name, descriptor);
  };
}

/** The field is this large column, which is read where the field is selected. The method below reads it where nothing was planned. */
export function Column(column: string): MethodDecorator {
  return (prototype, name, descriptor) => publish({ column }, prototype, name, descriptor);
}

/** The field is the row that this edge leads to. The method below reads it where nothing was planned. */
export function ToOne(one: OneEdge): MethodDecorator {
  return (prototype, name, descriptor) => publish({ one }, prototype, name, descriptor);
}

/** The field is a list of the rows that this edge leads to. The method below reads it where nothing was planned. */
export function ToMany(many: ManyEdge): MethodDecorator {
  return (prototype, name, descriptor) => publish({ many }, prototype, name, descriptor);
}

/** Calls a root resolver; the schema carries it as `field.extensions.root`. */
export type CallRoot = (args: Record<string, unknown>, context: unknown, info: GraphQLResolveInfo) => unknown;

/**
 * The root resolver below takes `@Ctx()`, `@Info()` and `@Args()`, in this order: it is called with the arguments as
 * they are, past the copies that type-graphql makes of them.
 */
export function RootList() {
  return publishRoot((method) => (args, context, info) => method(context, info, args));
}

/** The same for one that takes `@Ctx()`, `@Info()` and then these arguments, each by itself. */
export function RootOne(...names: string[]) {
  return publishRoot((method) => (args, context, info) => method(context, info, ...names.map((name) => args[name])));
}

function publishRoot(calling: (method: (...params: unknown[]) => unknown) => CallRoot) {
  return (prototype: object, name: string, descriptor: PropertyDescriptor) => {
    const own = descriptor.value as (...params: unknown[]) => unknown;
    Extensions({ root: calling((...params) => own.apply(prototype, params)) })(prototype, name, descriptor);
  };
}

/** The resolver below reads by itself, with so many statements at most; nothing said means one. */
export function Statements(statements: number): MethodDecorator {
  return (prototype, name, descriptor) => Extensions({ statements })(prototype, name, descriptor);
}

function publish(read: FieldRead, prototype: object, name: string | symbol, descriptor: PropertyDescriptor): void {
  Extensions({ read })(prototype, name, descriptor);
}
