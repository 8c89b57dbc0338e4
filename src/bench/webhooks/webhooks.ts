import type { Bench, Benchmark, Variant } from '../benchmark.ts';
import type { Stand } from '../stand.ts';
import { Intake } from './intake.ts';

const CLIENTS = 16;
const BURST_CLIENTS = 64;

/** Less than a tenth of what the bare insert reached on two cores: what is measured is an answer, not a queue. */
const PER_SECOND = 200;

/** A burst is of as many deliveries as a round has milliseconds: 2,000 in the two seconds that are usual. */
const BURST_PER_MILLISECOND = 1;

/** What the acknowledgement may take of the bare insert's time, and must reach of its rate. */
const P99_AT_MOST = 3;
const RATE_AT_LEAST = 0.5;

/** Taking webhooks in, beside bare inserts of the same rows. */
export const webhooks: Benchmark = {
  name: 'webhooks',
  title:
    'Webhooks, three order updates (2 KB) to one Stripe payment, acknowledged when their row is committed and flushed',
  unit: 'webhook',
  start,
};

async function start(stand: Stand): Promise<Bench> {
  const intake = await Intake.open(stand, { http: BURST_CLIENTS, bare: CLIENTS });
  try {
    await intake.compare();
  } catch (error) {
    await intake.stop();
    throw error;
  }
  return { ...measures(intake), verify: () => intake.verify(), stop: () => intake.stop() };
}

function measures(intake: Intake): Pick<Bench, 'variants' | 'goals' | 'trials'> {
  const clients = CLIENTS;
  const variant = (name: string, run: Variant['run']): Variant => ({ name, clients, run });
  const perSecond = PER_SECOND;
  const scheduled = {
    bare: variant(`bare insert, ${perSecond} a second`, (milliseconds) =>
      intake.insert({ clients, milliseconds, perSecond }),
    ),
    stalled: variant(`acknowledged, ${perSecond} a second, workers stalled`, (milliseconds) =>
      intake.deliverStalled({ clients, milliseconds, perSecond }),
    ),
  };
  const most = {
    bare: variant('bare insert, as many as go', (milliseconds) => intake.insert({ clients, milliseconds })),
    stalled: variant('acknowledged, as many as go, workers stalled', (milliseconds) =>
      intake.deliverStalled({ clients, milliseconds }),
    ),
    atWork: variant('acknowledged, as many as go, workers at work', (milliseconds) =>
      intake.deliverAtWork({ clients, milliseconds }),
    ),
  };
  return {
    variants: [...Object.values(scheduled), ...Object.values(most)],
    goals: [
      { variant: scheduled.stalled, of: scheduled.bare, figure: 'p99', atMost: P99_AT_MOST },
      { variant: most.stalled, of: most.bare, figure: 'perSecond', atLeast: RATE_AT_LEAST },
      { variant: most.atWork, of: most.bare, figure: 'perSecond', atLeast: RATE_AT_LEAST },
    ],
    trials: [
      {
        name: 'burst, each answered with 200 and processed',
        run: (milliseconds) => intake.burst(BURST_CLIENTS, Math.ceil(milliseconds * BURST_PER_MILLISECOND)),
      },
    ],
  };
}
