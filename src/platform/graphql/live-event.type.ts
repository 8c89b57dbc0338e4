import { registerEnumType } from 'type-graphql';

export enum LiveEventKind {
  CHANGE = 'CHANGE',
  GAP = 'GAP',
}

registerEnumType(LiveEventKind, {
  name: 'LiveEventKind',
  description: 'What a live event means.',
  valuesConfig: {
    CHANGE: { description: 'Something changed; the other fields say what.' },
    GAP: {
      description: 'Events were missed. Subscribe again with `after` set to this cursor; all other fields are null.',
    },
  },
});
