import type { InboxSource } from './inbox-source.ts';

/** What stands between those who bring deliveries and the workers. */
export interface Inbox {
  sources: InboxSource<unknown>[];
  /** Says that something is to do, so that it need not wait for the next look. */
  wake(): void;
}
