import type { InboxSource } from '../../../../platform/inbox/inbox-source.ts';
import type { Tables } from '../../tables.ts';
import { applyParked } from './apply-parked.ts';
import { WORKBOOK } from './workbook-delivery.ts';

/**
 * The workbook as a source of the inbox: lines that an import could not write yet. It has no address; nothing but an
 * import puts them there.
 */
export function workbookSource(): InboxSource<Tables> {
  return {
    sourceSystem: WORKBOOK,
    paths: [],
    verify: () => ({ status: 404, error: 'Lines of the workbook are brought by an import, not by webhooks.' }),
    handlerFor: () => applyParked,
  };
}
