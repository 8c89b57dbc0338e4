import type { Batch } from './read-batches.ts';

/** A batch of at least two lines as two that follow each other, with the rows that were dropped in their places. */
export function halvesOf(batch: Batch): [Batch, Batch] {
  const middle = Math.ceil(batch.lines.length / 2);
  const border = batch.lines[middle]!.ordinal;
  const first = pieceOf(batch, (ordinal) => ordinal < border);
  const second = pieceOf(batch, (ordinal) => ordinal >= border);
  return [
    { ...first, lastOrdinal: border - 1 },
    { ...second, lastOrdinal: batch.lastOrdinal },
  ];
}

function pieceOf({ sheet, findings, ...batch }: Batch, isIn: (ordinal: number) => boolean): Omit<Batch, 'lastOrdinal'> {
  const lines = batch.lines.filter(({ ordinal }) => isIn(ordinal));
  const dropped = batch.dropped.filter(({ ordinal }) => isIn(ordinal));
  return { sheet, findings, lines, dropped, read: lines.length + dropped.length };
}
