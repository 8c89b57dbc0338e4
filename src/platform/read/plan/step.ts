import type { Statement } from '../../database/query.ts';

/** A row as MySQL sends it; on an edge the parent's key comes first. */
export type Values = unknown[];

/** A statement, and what to read once its rows are there. */
export interface Step {
  statement: Statement;
  take(rows: Values[]): Step[];
}

/** A statement that may become a part of a larger one. `Into` is where its rows go, for each request anew. */
export interface Arm<Into> {
  /** Its SELECT list. */
  list: string;
  /** Values that the list gives. */
  width: number;
  /** The statement, with this list or one that has more around it. */
  write(list: string): Statement;
  /** @param from where its values begin in each row. */
  take(rows: Values[], from: number, into: Into): Step[];
}

/** A statement that may be sent again and again. */
export interface Made<Into> {
  statement: Statement;
  take(rows: Values[], into: Into): Step[];
}

/**
 * Columns of all arms together. Each row carries a NULL for every column of the other arms; with more of them than this,
 * passing over them is more work than an answer of its own for each arm.
 */
const WIDEST = 80;

/**
 * Several statements as one, where that is less work: an answer of its own costs MySQL, the driver and the network more
 * than a few rows do (0.025 ms of the server's CPU each, when we measured it).
 */
export function statementsOfArms<Into>(arms: readonly Arm<Into>[]): Made<Into>[] {
  return statementsFor(arms.map(({ width }) => width)) < arms.length ? [united(arms)] : arms.map(alone);
}

/** How many statements arms of these widths take; narrower ones, or fewer, never take more. */
export function statementsFor(widths: readonly number[]): number {
  const width = widths.reduce((sum, one) => sum + one, 0);
  return width <= WIDEST ? Math.min(widths.length, 1) : widths.length;
}

function alone<Into>(arm: Arm<Into>): Made<Into> {
  return { statement: arm.write(arm.list), take: (rows, into) => arm.take(rows, 0, into) };
}

/**
 * The rows of all arms under each other. Each begins with the number of its arm; its values have columns that no other
 * arm uses, because MySQL would convert values that share a column to one type and collation.
 */
function united<Into>(arms: readonly Arm<Into>[]): Made<Into> {
  const width = arms.reduce((sum, arm) => sum + arm.width, 0);
  const texts: string[] = [];
  const params: unknown[] = [];
  const starts: number[] = [];
  let before = 0;
  for (const [i, arm] of arms.entries()) {
    const list = `${i}${NULL.repeat(before)}, ${arm.list}${NULL.repeat(width - before - arm.width)}`;
    const { sql, params: own } = arm.write(list);
    texts.push(`(${sql})`);
    params.push(...own);
    starts.push(1 + before);
    before += arm.width;
  }
  const take = (rows: Values[], into: Into) => {
    const byArm = arms.map((): Values[] => []);
    for (const row of rows) byArm[Number(row[0])]?.push(row);
    return arms.flatMap((arm, i) => arm.take(byArm[i] ?? [], starts[i] ?? 0, into));
  };
  return { statement: { sql: texts.join(' UNION ALL '), params }, take };
}

const NULL = ', NULL';
