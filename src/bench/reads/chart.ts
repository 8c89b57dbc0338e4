/** A figure as a share of the first server's, with its lowest and highest round. */
export interface Share {
  ratio: number;
  lowest: number;
  highest: number;
}

export interface Group {
  title: string;
  servers: { name: string; rate: Share; perCpu: Share; cpuMs: number }[];
}

const WIDTH = 860;
const LABELS = 230;
/** Pixels of a share of one, and the largest share that is drawn. */
const ONE = 400;
const MOST = 1.1;
const FIGURES = Math.round(LABELS + MOST * ONE) + 8;
const BAR = 9;
const ROW = 30;
const GROUP = 34;
const HEAD = 52;
const RATE = '#2f6f8f';
const PER_CPU = '#a8c7d3';

/** Two bars a server: requests a second, and requests a second of CPU, both as shares of the first server's. */
export function chartOf(groups: readonly Group[]): string {
  const parts = [legend()];
  let y = HEAD;
  for (const { title, servers } of groups) {
    parts.push(`<text x="10" y="${y + 14}" font-weight="bold">${escaped(title)}</text>`);
    y += GROUP;
    for (const server of servers) {
      parts.push(row(server, y));
      y += ROW;
    }
    y += BAR;
  }
  const one = LABELS + ONE;
  const line = `<line x1="${one}" y1="${HEAD}" x2="${one}" y2="${y}" stroke="#888" stroke-dasharray="3 3"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y + 10}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${[...parts, line].join('\n')}
</svg>
`;
}

function legend(): string {
  return `<rect x="10" y="12" width="12" height="${BAR}" fill="${RATE}"/><text x="28" y="21">requests a second</text>
<rect x="160" y="12" width="12" height="${BAR}" fill="${PER_CPU}"/><text x="178" y="21">requests a second of the server's CPU</text>
<text x="10" y="40" fill="#555">as shares of hand-written SQL and JSON; whiskers: lowest and highest round</text>`;
}

function row({ name, rate, perCpu, cpuMs }: Group['servers'][number], y: number): string {
  const figures = `${rate.ratio.toFixed(2)} · ${perCpu.ratio.toFixed(2)} · ${cpuMs.toFixed(2)} ms CPU`;
  return `<text x="${LABELS - 8}" y="${y + BAR + 4}" text-anchor="end">${escaped(name)}</text>
${bar(rate, y, RATE)}
${bar(perCpu, y + BAR + 1, PER_CPU)}
<text x="${FIGURES}" y="${y + BAR + 4}" fill="#555">${figures}</text>`;
}

function bar({ ratio, lowest, highest }: Share, y: number, colour: string): string {
  const middle = y + BAR / 2;
  return `<rect x="${LABELS}" y="${y}" width="${lengthOf(ratio)}" height="${BAR}" fill="${colour}"/><line x1="${LABELS + lengthOf(lowest)}" y1="${middle}" x2="${LABELS + lengthOf(highest)}" y2="${middle}" stroke="#222"/>`;
}

function lengthOf(share: number): number {
  return Math.round(Math.min(share, MOST) * ONE);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
