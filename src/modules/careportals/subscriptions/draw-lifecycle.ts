import { RULES, type RuleName, STANDINGS, type Standing } from './transitions.ts';

/** The rules as a Mermaid state diagram and a table, for docs/subscriptions.md. */
export function drawLifecycle(): string {
  const lines = ['```mermaid', 'stateDiagram-v2', ...standings(), ...arrows(), '```', '', ...table()];
  return lines.join('\n');
}

const NAMES = Object.keys(RULES) as RuleName[];

function standings(): string[] {
  return (Object.keys(STANDINGS) as Standing[])
    .filter((standing) => STANDINGS[standing].scheduledAction !== null)
    .map(
      (standing) =>
        `  ${standing}: ${standing} (${STANDINGS[standing].state}, ${STANDINGS[standing].scheduledAction} scheduled)`,
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
  const due = ['pausedUntil --> active: due', 'ending --> cancelled: due'];
  return [...[...byPair].map(([pair, names]) => `  ${pair}: ${names.join(', ')}`), ...due.map((line) => `  ${line}`)];
}

function table(): string[] {
  const rows = NAMES.map((name) => {
    const { by, needs } = RULES[name];
    const who = by.filter((asker) => asker !== 'system').join(', ');
    return `| \`${name}\` | ${leadsText(name)} | ${who} | ${needs.map((need) => NEEDED[need]).join(', ') || '–'} |`;
  });
  return ['| rule | from → to | who | needs |', '|---|---|---|---|', ...rows];
}

function leadsText(name: RuleName): string {
  return leadsOf(name)
    .map(([from, to]) => (from === to ? `${from} (stays)` : `${from} → ${to}`))
    .join(', ');
}

function leadsOf(name: RuleName): [Standing, Standing][] {
  return Object.entries(RULES[name].leads) as [Standing, Standing][];
}

const NEEDED = {
  upcomingCycle: 'a next cycle date that lies ahead',
  cycleLength: 'a product with a cycle length',
  skippedCycle: 'a skipped date that lies ahead',
} as const;
