import type { Fault } from './finding.ts';

/** So many are told; whoever mends them sees the rest in the next run. */
const SHOWN = 20;

/** A workbook that cannot be taken: nothing of it is written. The message says where, and holds no value of a cell. */
export class BrokenWorkbook extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(messageOf(faults));
    this.name = 'BrokenWorkbook';
    this.faults = faults;
  }
}

function messageOf(faults: readonly Fault[]): string {
  const lines = faults.slice(0, SHOWN).map((fault) => `  ${sentenceOf(fault)}`);
  const more = faults.length > SHOWN ? [`  and ${faults.length - SHOWN} more`] : [];
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
