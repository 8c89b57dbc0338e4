import {
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { tooComplex } from './faults.ts';

interface Measured {
  depth: number;
  aliases: number;
}

/** Refuses operations nested deeper, or with more aliased fields, than allowed; fragments count where they are spread. */
export function limitShape(depth: number, aliases: number): ValidationRule {
  return (context: ValidationContext) => {
    const known = new Map<string, Measured>();
    return {
      OperationDefinition(operation) {
        const measured = measure(operation.selectionSet, context, known, new Set());
        if (measured.depth > depth) {
          context.reportError(tooComplex(`Selections may be nested ${depth} deep; these are ${measured.depth}.`));
        }
        if (measured.aliases > aliases) {
          context.reportError(
            tooComplex(`An operation may have ${aliases} aliases; this one has ${measured.aliases}.`),
          );
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
  const total: Measured = { depth: 0, aliases: 0 };
  for (const selection of set.selections) {
    // Introspection is deep by nature; graphql-js has a rule of its own against circles in it.
    if (selection.kind === Kind.FIELD && selection.name.value.startsWith('__')) continue;
    const own = { depth: selection.kind === Kind.FIELD ? 1 : 0, aliases: 0 };
    if (selection.kind === Kind.FIELD && selection.alias !== undefined) own.aliases = 1;
    const inner =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? ofFragment(context.getFragment(selection.name.value), context, known, open)
        : selection.selectionSet === undefined
          ? { depth: 0, aliases: 0 }
          : measure(selection.selectionSet, context, known, open);
    total.depth = Math.max(total.depth, own.depth + inner.depth);
    total.aliases += own.aliases + inner.aliases;
  }
  return total;
}

/** Each fragment is measured once, so that fragments that spread each other do not multiply the work. */
function ofFragment(
  fragment: FragmentDefinitionNode | null | undefined,
  context: ValidationContext,
  known: Map<string, Measured>,
  open: Set<string>,
): Measured {
  const nothing = { depth: 0, aliases: 0 };
  // A fragment inside itself is another rule's error; here it must only not run for ever.
  if (!fragment || open.has(fragment.name.value)) return nothing;
  const before = known.get(fragment.name.value);
  if (before !== undefined) return before;
  open.add(fragment.name.value);
  const measured = measure(fragment.selectionSet, context, known, open);
  open.delete(fragment.name.value);
  known.set(fragment.name.value, measured);
  return measured;
}
