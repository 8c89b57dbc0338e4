import type { Latency } from './benchmark.ts';

type Act = (client: number) => Promise<void>;

/**
 * Closed loop: each client begins an operation when its last has ended, until the time is over or the number is
 * reached. Gives what each operation took, in milliseconds.
 */
export async function inTurn(
  round: { clients: number } & ({ milliseconds: number } | { operations: number }),
  act: Act,
): Promise<number[]> {
  const startedAt = performance.now();
  const times: number[] = [];
  let begun = 0;
  const goesOn = () =>
    'operations' in round ? begun < round.operations : performance.now() - startedAt < round.milliseconds;
  await all(round.clients, async (client) => {
    while (goesOn()) {
      begun++;
      const began = performance.now();
      await act(client);
      times.push(performance.now() - began);
    }
  });
  return times;
}

/**
 * Open loop: operations are due at equal distances, dealt to the clients in turn, and each counts from the moment when
 * it was due. What waits because an earlier one was slow has waited, so a stall cannot hide by sending less.
 */
export async function onSchedule(
  { clients, milliseconds, perSecond }: { clients: number; milliseconds: number; perSecond: number },
  act: Act,
): Promise<number[]> {
  const startedAt = performance.now();
  const times: number[] = [];
  const distance = 1_000 / perSecond;
  await all(clients, async (client) => {
    for (let due = client * distance; due < milliseconds; due += clients * distance) {
      await until(startedAt + due);
      await act(client);
      times.push(performance.now() - startedAt - due);
    }
  });
  return times;
}

function all(clients: number, work: Act): Promise<unknown> {
  return Promise.all(Array.from({ length: clients }, (_, client) => work(client)));
}

/** Timers know whole milliseconds only and would add to every latency, so the last fraction of one is waited awake. */
async function until(moment: number): Promise<void> {
  const whole = Math.floor(moment - performance.now());
  if (whole > 0) await new Promise((resolve) => setTimeout(resolve, whole));
  while (performance.now() < moment) await new Promise((resolve) => setImmediate(resolve));
}

/** Percentiles by nearest rank. */
export function latencyOf(times: readonly number[]): Latency {
  const sorted = times.toSorted((a, b) => a - b);
  const rank = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  return { p50: rank(0.5), p99: rank(0.99), max: rank(1) };
}
