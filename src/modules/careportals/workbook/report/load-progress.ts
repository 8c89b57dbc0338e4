import { grouped } from './numbers.ts';
import type { LoadProgress, OnProgress } from './report.ts';

const PLAIN_LINE_EVERY_MS = 3_000;
const CHANGING_LINE_EVERY_MS = 100;

/** On a terminal one line that changes, elsewhere a plain line every few seconds. */
export function progressOn(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>, doing = 'loading'): OnProgress {
  const every = stream.isTTY ? CHANGING_LINE_EVERY_MS : PLAIN_LINE_EVERY_MS;
  let begun = { pass: 0, at: 0, rows: 0 };
  let writtenAt = performance.now();
  return (progress) => {
    const now = performance.now();
    if (begun.pass !== progress.pass) begun = { pass: progress.pass, at: now, rows: progress.rows };
    const isLast = progress.rows === progress.totalRows;
    if (now - writtenAt < every && !(stream.isTTY && isLast)) return;
    writtenAt = now;
    const line = describeLoad(progress, doing, { rows: progress.rows - begun.rows, ms: now - begun.at });
    stream.write(stream.isTTY ? `\r\x1b[K${line}${isLast ? '\n' : ''}` : `${line}\n`);
  };
}

/**
 * A line for people.
 * @param doing what the second reading is for.
 * @param done rows of this process, and the milliseconds that it took for them.
 */
export function describeLoad(
  { pass, sheet, rows, totalRows }: LoadProgress,
  doing: string,
  done: { rows: number; ms: number },
): string {
  const perSecond = done.ms === 0 ? 0 : (done.rows / done.ms) * 1_000;
  const rate = `${grouped(Math.round(perSecond))} a second`;
  if (pass === 1 || totalRows === null) return `reading ${sheet}, ${grouped(rows)} rows, ${rate}`;
  const left = perSecond === 0 ? 'unknown' : `${Math.ceil((totalRows - rows) / perSecond)} s`;
  return `${doing} ${sheet}, ${grouped(rows)} of ${grouped(totalRows)} rows, ${rate}, time left: ${left}`;
}
