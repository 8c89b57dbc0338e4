import { ArgsType, type ClassType, Field, Int } from 'type-graphql';
import type { PageArgs } from '../read/page.ts';
import { type Sort, SortDirection } from './connection.type.ts';

/** The arguments of every connection. */
@ArgsType()
export class Paging {
  @Field(() => Int, { nullable: true, description: 'How many from the front; 20 if nothing is said, 100 at most.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Only what comes after this cursor.' })
  after?: string | null;

  @Field(() => Int, { nullable: true, description: 'How many from the end; 100 at most. Not together with `first`.' })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Only what comes before this cursor.' })
  before?: string | null;
}

export interface ListArguments extends Paging {
  filter?: object | null;
  sort?: Sort | null;
}

/**
 * Paging with the filter and sort of one list.
 * @param order what the list does when no sort is given, in words.
 */
export function listArgs(
  filterType: ClassType<object> | null,
  sortType: ClassType<Sort>,
  order = 'newest first',
): ClassType<ListArguments> {
  @ArgsType()
  class Sorted extends Paging {
    @Field(() => sortType, { nullable: true, description: `The order; ${order} if nothing is said.` })
    sort?: Sort | null;
  }
  if (filterType === null) return Sorted;

  @ArgsType()
  class Filtered extends Sorted {
    @Field(() => filterType, { nullable: true, description: 'Only what fits all that is said here.' })
    filter?: object | null;
  }
  return Filtered;
}

/** GraphQL's arguments as the reader takes them. */
export function pageArgs({ first, after, last, before, filter, sort }: ListArguments): PageArgs {
  const order = sort == null ? null : { field: sort.field, descending: sort.direction === SortDirection.DESC };
  return { first, after, last, before, filter: filter == null ? null : { ...filter }, sort: order };
}
