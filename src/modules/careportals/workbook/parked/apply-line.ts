import type { Cause } from '../../../../platform/cause.ts';
import type { Instant } from '../../../../platform/database/instant.ts';
import type { Outcome } from '../../../../platform/inbox/delivery.ts';
import type { Tx } from '../../tables.ts';

export interface Applying {
  /** When the import put it into the inbox. */
  receivedAt: Instant;
  cause: Cause;
}

/** Writes one line of a sheet. */
export type ApplyLine<Line> = (tx: Tx, line: Line, applying: Applying) => Promise<Outcome>;
