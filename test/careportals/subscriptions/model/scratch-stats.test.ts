import fc from 'fast-check';
import { test } from 'vitest';
import { newId } from '../standing.ts';
import { stories } from './commands.ts';
import { World } from './world.ts';

test('stats', () => {
  const counts: Record<string, number> = {};
  const add = (k: string) => {
    counts[k] = (counts[k] ?? 0) + 1;
  };
  let now = Date.parse('2026-03-01T12:00:00Z');
  for (const { births, commands } of fc.sample(stories, { numRuns: 100, seed: 4 })) {
    const w = new World(births.map(newId), now);
    for (const b of births) w.hear(w.deliveryOf(b));
    add('stories');
    for (const c of commands) {
      add('do ' + c.do);
      if (c.do === 'act') {
        const q = w.requestOf(c);
        const a = w.receive(q);
        add(`act ${q.action.name} ${a.codes[0] ?? a.auditEntry?.effect}`);
        add('outcome ' + (a.codes[0] ?? 'ok'));
      } else if (c.do === 'tell') w.hear(w.deliveryOf(c));
      else if (c.do === 'actAgain') {
        const f = w.asked[c.back];
        if (f) {
          const a = w.receive({ ...f, reason: c.with === 'other input' ? 'x' : f.reason });
          add('again ' + c.with + (a.codes[0] ?? 'ok'));
        }
      } else if (c.do === 'tellAgain') {
        const f = w.delivered[c.back];
        if (f) w.hear(f);
      } else w.wait(c.ms);
    }
    now = w.now;
    for (const s of w.subs) for (const e of s!.trail) add(`effect ${e.source} ${e.effect}`);
    for (const s of w.subs) add('end with plan ' + (s!.plan !== null) + ' skips ' + (s!.skipped.length > 0));
  }
  console.log(
    Object.entries(counts)
      .sort()
      .map(([k, v]) => `${v}\t${k}`)
      .join('\n'),
  );
});
