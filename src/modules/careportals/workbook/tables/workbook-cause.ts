import type { Cause } from '../../../../platform/cause.ts';
import type { Context } from '../table.ts';

/** What a run of import or sync stands in for in audit rows. */
export function workbookCause({ runId, startedAt }: Context): Cause {
  return {
    actor: 'workbook',
    actorRole: 'system',
    source: 'import',
    correlationId: `import-${runId}`,
    at: startedAt,
  };
}
