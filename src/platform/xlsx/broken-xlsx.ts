export type WhyBroken = 'unreadable' | 'notXlsx' | 'encrypted' | 'truncated' | 'tooLarge' | 'damaged';

/** Where in the file it broke. */
export interface Spot {
  sheet?: string;
  /** As the spreadsheet numbers it. */
  row?: number;
  /** In letters. */
  column?: string;
}

/** A workbook that cannot be read to its end, or not be written. The message says what is wrong and how to mend it. */
export class BrokenXlsx extends Error {
  readonly why: WhyBroken;
  readonly sheet?: string;
  readonly row?: number;
  readonly column?: string;

  constructor(why: WhyBroken, message: string, spot: Spot = {}, options?: ErrorOptions) {
    super(message, options);
    this.why = why;
    this.sheet = spot.sheet;
    this.row = spot.row;
    this.column = spot.column;
  }
}

export function damaged(why: string, cause?: unknown): BrokenXlsx {
  return new BrokenXlsx('damaged', `The workbook is damaged (${why}). Download or save it again.`, {}, { cause });
}

export function notComplete(cause: unknown): BrokenXlsx {
  return new BrokenXlsx('truncated', 'The workbook is not complete. Download or save it again.', {}, { cause });
}
