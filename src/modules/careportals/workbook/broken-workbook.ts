import type { Fault } from './finding.ts';

/** So many are told; whoever mends them sees the rest in the next run. */
export const FAULTS_SHOWN = 20;

/** A workbook that cannot be taken: nothing of it is written. The message says where, and holds no value of a cell. */
export class BrokenWorkbook extends Error {
  readonly faults: readonly Fault[];
  readonly total: number;

  /** @param total how many there are, if `faults` holds only the first of them. */
  constructor(faults: readonly Fault[], total = faults.length) {
    super(messageOf(faults, total));
    this.name = 'BrokenWorkbook';
    this.faults = faults;
    this.total = total;
  }
}

function messageOf(faults: readonly Fault[], total: number): string {
  const lines = faults.slice(0, FAULTS_SHOWN).map((fault) => `  ${sentenceOf(fault)}`);
  const more = total > lines.length ? [`  and ${total - lines.length} more`] : [];
  return ['The workbook is broken, so nothing of it was used:', ...lines, ...more].join('\n');
}

function sentenceOf({ tab, row, column, says }: Fault): string {
  const place = [
    `sheet "${tab}"`,
    ...(row === null ? [] : [`row ${row}`]),
    ...(column === null ? [] : [`column ${column}`]),
  ];
  return `${place.join(', ')}: ${says}`;
}
