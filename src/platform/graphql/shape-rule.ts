import {
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { tooComplex } from './faults.ts';

interface Measured {
  depth: number;
  aliases: number;
  selections: number;
}

const NOTHING: Measured = { depth: 0, aliases: 0, selections: 0 };

/**
 * Refuses operations that are nested deeper, or have more aliases or selections, than allowed; fragments count where
 * they are spread, so a few that spread each other twice are the millions of selections that they stand for.
 */
export function limitShape(limits: Measured): ValidationRule {
  return (context: ValidationContext) => {
    const known = new Map<string, Measured>();
    return {
      OperationDefinition(operation) {
        const measured = measure(operation.selectionSet, context, known, new Set());
        const refuse = (message: string) => context.reportError(tooComplex(message));
        if (measured.depth > limits.depth) {
          refuse(`Selections may be nested ${limits.depth} deep; these are ${measured.depth}.`);
        }
        if (measured.aliases > limits.aliases) {
          refuse(`An operation may have ${limits.aliases} aliases; this one has ${measured.aliases}.`);
        }
        if (measured.selections > limits.selections) {
          refuse(`An operation may select ${limits.selections} fields; this one selects ${measured.selections}.`);
        }
      },
    };
  };
}

function measure(
  set: SelectionSetNode,
  context: ValidationContext,
  known: Map<string, Measured>,
  open: Set<string>,
): Measured {
  const total = { ...NOTHING };
  for (const selection of set.selections) {
    const isField = selection.kind === Kind.FIELD;
    const inner = within(selection, context, known, open);
    total.depth = Math.max(total.depth, (isField ? 1 : 0) + inner.depth);
    total.aliases += (isField && selection.alias !== undefined ? 1 : 0) + inner.aliases;
    total.selections += 1 + inner.selections;
  }
  return total;
}

function within(
  selection: SelectionNode,
  context: ValidationContext,
  known: Map<string, Measured>,
  open: Set<string>,
): Measured {
  if (selection.kind === Kind.FRAGMENT_SPREAD) {
    return ofFragment(context.getFragment(selection.name.value), context, known, open);
  }
  if (selection.selectionSet === undefined) return NOTHING;
  const inner = measure(selection.selectionSet, context, known, open);
  // Introspection is deep by nature; graphql-js has a rule of its own against circles in it.
  const introspects = selection.kind === Kind.FIELD && selection.name.value.startsWith('__');
  return introspects ? { ...inner, depth: 0 } : inner;
}

/** Each fragment is measured once, so that fragments that spread each other do not multiply the work. */
function ofFragment(
  fragment: FragmentDefinitionNode | null | undefined,
  context: ValidationContext,
  known: Map<string, Measured>,
  open: Set<string>,
): Measured {
  // A fragment inside itself is another rule's error; here it must only not run for ever.
  if (!fragment || open.has(fragment.name.value)) return NOTHING;
  const before = known.get(fragment.name.value);
  if (before !== undefined) return before;
  open.add(fragment.name.value);
  const measured = measure(fragment.selectionSet, context, known, open);
  open.delete(fragment.name.value);
  known.set(fragment.name.value, measured);
  return measured;
}
