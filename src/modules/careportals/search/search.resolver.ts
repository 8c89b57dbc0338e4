import { Args, Ctx, Query, Resolver } from 'type-graphql';
import { levelOf } from '../../../platform/access/caller.ts';
import { type Context, requireRole } from '../../../platform/context.ts';
import { badUserInput } from '../../../platform/graphql/faults.ts';
import { DEFAULT_PAGE, LARGEST_PAGE } from '../../../platform/read/page.ts';
import { Statements } from '../../../platform/read/plan/declare.ts';
import type { Condition, Source } from '../../../platform/read/source.ts';
import { EVERYTHING } from '../../../platform/read/value.ts';
import { readAsked } from './asked.ts';
import { type OpenWay, placeOf } from './find.ts';
import type { TableWay } from './match.ts';
import { SearchArgs, SearchResultConnection } from './search.type.ts';
import { SearchPage } from './search-page.ts';
import { waysOf } from './ways.ts';

@Resolver()
export class SearchResolver {
  // One finds, and one for each type reads the rows.
  @Statements(6)
  @Query(() => SearchResultConnection, {
    description:
      'Finds by one box what support looks for: order number, name, email, phone, ids of Stripe (charge, payment intent, customer, refund) and of CarePortals (order, customer, subscription). What fits exactly comes before what begins so. An analyst finds nothing by name, email or phone; a customer finds the own things alone. Types of the union that have a field of the same name need an alias each: `... on Order { orderStatus: status }`.',
  })
  search(@Ctx() context: Context, @Args(() => SearchArgs) { text, first, after }: SearchArgs): SearchPage {
    requireRole(context, 'customer', 'support', 'analyst', 'admin');
    const size = first ?? DEFAULT_PAGE;
    if (size < 0 || size > LARGEST_PAGE) throw badUserInput(`first must be from 0 to ${LARGEST_PAGE}.`);
    const asked = readAsked(text);
    const ways = asked === null ? [] : waysOf(asked);
    return new SearchPage({
      query: context.query,
      reader: context.reader,
      text,
      ways: ways.flatMap((way, rank) => opened(context, way, rank)),
      after: after == null ? null : placeOf(text, after, ways),
      first: size,
    });
  }
}

/** The way if the caller may look at all that it looks at, with what of it is the caller's. */
function opened({ caller }: Context, way: TableWay, rank: number): OpenWay[] {
  const access = way.source.access[levelOf(caller)];
  if (access.rows === 'none' || way.uses.some((field) => access.hidden.includes(field))) return [];
  return [{ ...way, rank, own: access.rows === 'own' ? ownOf(way.source, caller.customerId) : EVERYTHING }];
}

function ownOf({ own, type }: Source, customerId: string | null): Condition {
  if (own === null) throw new Error(`${type} says "own" for a level but not whose a row is`);
  return { sql: own, params: Array<unknown>(own.split('?').length - 1).fill(customerId) };
}
