import { registerEnumType } from 'type-graphql';

export enum LiveEventKind {
  CHANGE = 'CHANGE',
  GAP = 'GAP',
  PROGRESS = 'PROGRESS',
}

registerEnumType(LiveEventKind, {
  name: 'LiveEventKind',
  description: 'What a live event means.',
  valuesConfig: {
    CHANGE: { description: 'Something changed; the other fields say what.' },
    GAP: {
      description:
        'The server could not go on: the client did not read, or the cursor is not of this database. Subscribe again with `after` set to this cursor, which brings all that is still there; all other fields are null.',
    },
    PROGRESS: {
      description:
        'Nothing new: all up to this cursor was told. Comes only if `progress` was asked for; all other fields are null.',
    },
  },
});

/** Of the argument that live operations with cursors share. */
export const PROGRESS =
  'Also be told how far the feed is, at first and every ten seconds: without it there is no cursor before the first event.';
