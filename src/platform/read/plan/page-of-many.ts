import { GraphQLError, type GraphQLResolveInfo, getArgumentValues } from 'graphql';
import { type ListArguments, pageArgs } from '../../graphql/list-args.ts';
import { type PagePlan, planPage } from '../page.ts';
import type { ManyPlan } from './row-plan.ts';

const fixed = new WeakMap<ManyPlan, PagePlan>();

/**
 * What the arguments of a list ask for; null if they ask for what is refused. Then nothing is planned, and the
 * resolver refuses it where it stands in the answer.
 */
export function pageOfMany(many: ManyPlan, variables: GraphQLResolveInfo['variableValues']): PagePlan | null {
  const known = fixed.get(many);
  if (known !== undefined) return known;
  const { edge, field, node, page } = many;
  try {
    const args = getArgumentValues(field, node, variables) as ListArguments;
    const plan = planPage(edge.to, page.row.access, pageArgs(args), edge.order);
    if (!many.args.includes('$')) fixed.set(many, plan);
    return plan;
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}
