import { readFile } from 'node:fs/promises';
import type { Difference } from './differences.ts';

/** A rule or a fact of the page's last section. */
export interface StatedFact {
  id: string;
  /** Error numbers, `shown` or `not tried`. */
  mysql: string;
}

/** A row of the page, taken apart: one listed difference for each object that it names. */
export interface ListedDifference extends Difference {
  id: string;
}

const STRUCTURE = ['id', 'where', 'what', 'the spec', 'here', 'why'];
const FACTS = ['id', 'the spec', 'here', 'why', 'MySQL'];

/** docs/deviations.md as data. */
export async function readDeviations(): Promise<{ text: string; listed: ListedDifference[]; facts: StatedFact[] }> {
  const text = await readFile(new URL('../../../docs/deviations.md', import.meta.url), 'utf8');
  const listed = rowsUnder(text, STRUCTURE).flatMap(([id = '', where = '', what = '', spec = '', here = '']) =>
    expand(where).map((one) => ({ id: idOf(id), where: one, what, spec: bare(spec), here: bare(here) })),
  );
  const facts = rowsUnder(text, FACTS).map(([id = '', , , , mysql = '']) => ({ id: idOf(id), mysql: bare(mysql) }));
  return { text, listed, facts };
}

/** A difference as a row of the page, ready to be pasted. */
export function asRow({ where, what, spec, here }: Difference): string {
  const code = (cell: string) => (cell === '–' ? cell : `\`${cell}\``);
  return `| <a id="…"></a>… | ${code(where)} | ${what} | ${code(spec)} | ${code(here)} | why |`;
}

/** The rows of every table that has exactly this head. */
function rowsUnder(text: string, head: string[]): string[][] {
  const wanted = `| ${head.join(' | ')} |`;
  const rows: string[][] = [];
  let inside = false;
  for (const line of text.split('\n')) {
    if (line === wanted) inside = true;
    else if (!line.startsWith('|')) inside = false;
    else if (inside && !/^[|-]+$/.test(line)) rows.push(cells(line, head.length));
  }
  return rows;
}

function cells(line: string, count: number): string[] {
  const found = line.slice(2, -2).split(' | ');
  if (found.length !== count) throw new Error(`A row of ${found.length} cells instead of ${count}: ${line}`);
  return found;
}

function idOf(cell: string): string {
  const [, anchor, shown] = /^<a id="([^"]+)"><\/a>(.+)$/.exec(cell) ?? [];
  if (anchor === undefined || anchor !== shown) throw new Error(`Not an id with its anchor: ${cell}`);
  return anchor;
}

function bare(cell: string): string {
  return cell.replace(/^`(.*)`$/, '$1');
}

/** `` `{a, b}.c`, `d.e` `` as a.c, b.c, d.e. */
function expand(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, pattern = '']) => alternatives(pattern));
}

function alternatives(pattern: string): string[] {
  const group = /\{([^}]+)\}/.exec(pattern);
  if (!group) return [pattern];
  return (group[1] ?? '').split(', ').flatMap((one) => alternatives(pattern.replace(group[0], one)));
}
