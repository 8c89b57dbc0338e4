import { NEEDS, RULES, type RuleName, STANDINGS, type Standing } from './transitions.ts';

/** The rules as a Mermaid state diagram and a table, for docs/subscriptions.md. */
export function drawLifecycle(): string {
  const lines = ['```mermaid', 'stateDiagram-v2', ...standings(), ...arrows(), '```', '', ...table()];
  return lines.join('\n');
}

const NAMES = Object.keys(RULES) as RuleName[];

/** Standings with a change that will happen by itself. */
function scheduled(): ['ending' | 'pausedUntil', 'cancel' | 'resume'][] {
  const plans = Object.entries(STANDINGS).map(([standing, { scheduledAction }]) => [standing, scheduledAction]);
  return plans.filter(([, action]) => action !== null) as ['ending' | 'pausedUntil', 'cancel' | 'resume'][];
}

function standings(): string[] {
  return scheduled().map(
    ([standing, action]) => `  ${standing}: ${standing} (${STANDINGS[standing].state}, ${action} scheduled)`,
  );
}

/** One arrow for each pair of standings; what leaves a standing as it is stays in the table. */
function arrows(): string[] {
  const byPair = new Map<string, string[]>();
  for (const name of NAMES) {
    for (const [from, to] of leadsOf(name)) {
      if (from === to) continue;
      const pair = `${from} --> ${to}`;
      byPair.set(pair, [...(byPair.get(pair) ?? []), name]);
    }
  }
  const due = scheduled().map(([standing, action]) => `  ${standing} --> ${leadOf(action, standing)}: due`);
  return [...[...byPair].map(([pair, names]) => `  ${pair}: ${names.join(', ')}`), ...due];
}

function table(): string[] {
  const rows = NAMES.map((name) => {
    const { by, needs } = RULES[name];
    const who = by.filter((asker) => asker !== 'system').join(', ');
    return `| \`${name}\` | ${leadsText(name)} | ${who} | ${needs.map((need) => NEEDS[need].inShort).join(', ') || '–'} |`;
  });
  return ['| rule | from → to | who | needs |', '|---|---|---|---|', ...rows];
}

function leadsText(name: RuleName): string {
  return leadsOf(name)
    .map(([from, to]) => (from === to ? `${from} (stays)` : `${from} → ${to}`))
    .join(', ');
}

function leadOf(name: RuleName, from: Standing): Standing | undefined {
  return leadsOf(name).find(([standing]) => standing === from)?.[1];
}

function leadsOf(name: RuleName): [Standing, Standing][] {
  return Object.entries(RULES[name].leads) as [Standing, Standing][];
}
