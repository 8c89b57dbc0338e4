import type { Caller } from '../../../platform/access/caller.ts';
import { fromInstant, type Instant } from '../../../platform/database/instant.ts';
import type { Changes } from './audit-hash.ts';
import type { FieldChange } from './explained-change.type.ts';
import { SHOWN } from './record-audit.ts';
import { actionName } from './subscription-action.ts';
import type { SubscriptionPhase } from './subscription-phase.ts';
import { shownPhase } from './subscription-phase.type.ts';

/** The changes of an audit entry as the graph shows them to a caller. Null, from before changes were kept: none. */
export function fieldChanges(changes: Changes | null, caller: Caller): FieldChange[] {
  return SHOWN.flatMap((field) => {
    const change = changes?.[field];
    if (change === undefined) return [];
    const [before, after] = change;
    return [{ field, before: shown(field, before, caller), after: shown(field, after, caller) }];
  });
}

function shown(field: string, value: unknown, { role, customerId }: Caller): unknown {
  if (value === null) return null;
  switch (field) {
    case 'customerId':
      // A subscription may have been another customer's before.
      return role === 'customer' && value !== customerId ? null : value;
    case 'nextCycleDate':
    case 'scheduledAt':
    case 'createdAt':
      return iso(value as Instant);
    case 'skippedDates':
      return (value as Instant[]).map(iso);
    case 'phases':
      return (value as SubscriptionPhase[]).map(shownPhase);
    case 'scheduledAction':
      return actionName(value as string);
    default:
      return value;
  }
}

function iso(instant: Instant): string {
  return fromInstant(instant).toISOString();
}
