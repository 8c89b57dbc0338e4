import { expect, test } from 'vitest';
import { sentenceOf, type ToldChange } from '../../../src/modules/careportals/subscriptions/sentence-of-change.ts';

const CHANGE: ToldChange = {
  triggerType: 'pause',
  effect: 'moved',
  actorRole: 'support',
  source: 'mutation',
  changes: null,
};
const NEXT = { nextCycleDate: ['2026-04-10 09:00:00.000', '2026-05-08 09:00:00.000'] as [unknown, unknown] };
const PLAN = { scheduledAt: [null, '2026-05-01 00:00:00.000'] as [unknown, unknown] };

test.each([
  [{}, 'Support paused it.'],
  [{ source: 'job' }, 'Support paused it, in bulk.'],
  [{ source: 'job', actorRole: 'system', triggerType: 'cancel' }, 'It was cancelled by itself, as scheduled.'],
  [
    { actorRole: 'customer', changes: { status: ['active', 'paused'], ...PLAN } },
    'The customer paused it until 2026-05-01.',
  ],
  [
    { triggerType: 'resume', actorRole: 'admin', changes: NEXT },
    'An admin resumed it: the next cycle begins on 2026-05-08.',
  ],
  [
    { triggerType: 'resume', effect: 'scheduled', changes: PLAN },
    'Support chose the day on which it resumes: 2026-05-01.',
  ],
  [{ triggerType: 'cancel' }, 'Support cancelled it.'],
  [{ triggerType: 'cancel', effect: 'scheduled', changes: PLAN }, 'Support set it to be cancelled on 2026-05-01.'],
  [
    { triggerType: 'undo_scheduled_change', changes: { scheduledAt: ['2026-05-01 00:00:00.000', null] } },
    'Support called off what was scheduled for 2026-05-01.',
  ],
  [{ triggerType: 'reactivate', actorRole: 'admin' }, 'An admin took it back after it was cancelled.'],
  [{ triggerType: 'reschedule', changes: NEXT }, 'Support moved the next cycle from 2026-04-10 to 2026-05-08.'],
  [
    { triggerType: 'skip', changes: NEXT },
    'Support left out the cycle of 2026-04-10: the next cycle begins on 2026-05-08.',
  ],
  [{ triggerType: 'unskip', changes: NEXT }, 'Support took the last skip back: the next cycle begins on 2026-05-08.'],
  [{ triggerType: 'swap_product' }, 'Support put another product in place of the present one.'],
  [{ triggerType: 'advance_cycle', changes: { cycle: [3, 4] } }, 'Support began cycle 4.'],
  [
    { source: 'import', triggerType: 'sheet', changes: { cycle: [null, 4] } },
    'An import changed it: it is in cycle 4.',
  ],
  [
    { source: 'import', triggerType: 'import', effect: 'created', changes: { status: [null, 'paused'] } },
    'An import brought it: it is paused.',
  ],
  [{ source: 'import', triggerType: 'import', effect: 'unchanged' }, 'An import changed it: nothing that is shown.'],
  [
    { source: 'import', triggerType: 'active', effect: 'imported' },
    "An import added it from the workbook's log; nothing was changed.",
  ],
  [
    {
      source: 'webhook',
      triggerType: 'active',
      effect: 'created',
      changes: { status: [null, 'active'], cycle: [null, 1] },
    },
    'CarePortals told of it for the first time: it is active and it is in cycle 1.',
  ],
  [
    { source: 'webhook', triggerType: 'renewal', effect: 'unchanged' },
    'A renewal notice of CarePortals told nothing new.',
  ],
  [
    { source: 'webhook', triggerType: 'active', effect: 'stale', changes: { productId: [null, 'p1'] } },
    'CarePortals told what was older than what is known: its product is known.',
  ],
] as [Partial<ToldChange>, string][])('%j is told as: %s', (change, sentence) => {
  expect(sentenceOf({ ...CHANGE, ...change })).toBe(sentence);
});
