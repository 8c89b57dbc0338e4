import { type ClassType, Field, ID, InputType, Int, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';
import type { Connection } from '../read/connection.ts';
import type { Edge } from '../read/place-in-list.ts';

export enum SortDirection {
  ASC = 'ASC',
  DESC = 'DESC',
}

registerEnumType(SortDirection, {
  name: 'SortDirection',
  description: 'Which way a list runs.',
  valuesConfig: {
    ASC: { description: 'Smallest, oldest or first in the alphabet first.' },
    DESC: { description: 'Largest, newest or last in the alphabet first.' },
  },
});

@InterfaceType({
  description: 'Anything that has an id of its own and can be fetched by it.',
  resolveType: (row: { __typename: string }) => row.__typename,
})
export abstract class Node {
  @Field(() => ID, { description: 'Opaque, and the same for as long as the thing exists.' })
  id!: string;
}

@ObjectType({ description: 'Where a page stands in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there is more after the last edge.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether there is more before the first edge.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first edge; null on an empty page.' })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last edge; give it as `after` for the next page.',
  })
  endCursor!: string | null;
}

/** What a resolver returns for a connection field. */
export type ConnectionOf = Connection;

/** The `…Connection` and `…Edge` types of a node type. */
export function connectionType<T extends object>(nodeType: ClassType<T>, name: string): ClassType<Connection> {
  @ObjectType(`${name}Edge`, { description: `One ${name} of a list, and its place there.` })
  class EdgeType {
    @Field(() => nodeType, { description: `The ${name}.` })
    node!: T;

    @Field(() => String, { description: 'Its place: give it as `after` or `before`.' })
    cursor!: string;
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}.` })
  class ConnectionType {
    @Field(() => [EdgeType], { description: 'The page, each with its cursor.' })
    edges!: Edge[];

    @Field(() => [nodeType], { description: 'The page, without cursors.' })
    nodes!: T[];

    @Field(() => PageInfo, { description: 'Whether and where the list goes on.' })
    pageInfo!: PageInfo;

    @Field(() => Int, { description: 'How many there are in all. Counted only when it is asked for.' })
    totalCount!: number;
  }
  return ConnectionType as unknown as ClassType<Connection>;
}

/** The `…Sort` input of a list: a field out of those it can be sorted by, and a direction. */
export function sortInput(name: string, fields: Record<string, string>): ClassType<Sort> {
  const values = Object.keys(fields);
  const sortField = Object.fromEntries(values.map((field) => [enumName(field), field]));
  registerEnumType(sortField, {
    name: `${name}SortField`,
    description: `What a list of ${name} can be sorted by.`,
    valuesConfig: Object.fromEntries(values.map((field) => [enumName(field), { description: fields[field] }])),
  });

  @InputType(`${name}Sort`, { description: `The order of a list of ${name}.` })
  class SortType implements Sort {
    @Field(() => sortField, {
      description: 'The field to sort by. Equal values are settled by id, so pages never overlap.',
    })
    field!: string;

    @Field(() => SortDirection, { defaultValue: SortDirection.DESC, description: 'The direction.' })
    direction!: SortDirection;
  }
  return SortType;
}

export interface Sort {
  field: string;
  direction: SortDirection;
}

function enumName(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
