import { careKinds } from './care.ts';
import { deliveryKinds } from './deliveries.ts';
import type { Kind } from './kind.ts';
import { orderKinds } from './orders.ts';
import { people } from './people.ts';

/** Every type of the graph that is a node, by its name. */
export const kinds: Record<string, Kind> = Object.fromEntries(
  [...people, ...orderKinds, ...careKinds, ...deliveryKinds].map((kind) => [kind.type, kind]),
);

export function kindOf(type: string): Kind {
  const kind = kinds[type];
  if (kind === undefined) throw new Error(`The reference knows no ${type}.`);
  return kind;
}
