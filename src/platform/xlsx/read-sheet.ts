import { BrokenXlsx, damaged } from './broken-xlsx.ts';
import type { Cell, Row } from './cell.ts';
import { columnLetters, columnOf } from './column-letters.ts';
import { unescapeCell } from './escape-xml.ts';
import { type Attributes, parseXml } from './parse-xml.ts';
import { LONGEST_CELL, RichText } from './rich-text.ts';
import type { SharedStrings } from './shared-strings.ts';
import { MOST_COLUMNS, MOST_ROWS } from './sheet-size.ts';
import { wallOf, wallOfIso } from './wall-time.ts';

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;

const ERRORS = new Set('#REF! #N/A #VALUE! #DIV/0! #NAME? #NULL! #NUM! #SPILL! #CALC! #GETTING_DATA'.split(' '));

/** What cells of a workbook refer to. */
export interface Meanings {
  strings: SharedStrings;
  /** By style. */
  isDate: readonly boolean[];
  since1904: boolean;
}

/** Rows that have a cell, in their order; the document is read only as far as they are asked for. @throws BrokenXlsx */
export async function* readSheet(
  sheet: string,
  pieces: AsyncIterable<string>,
  meanings: Meanings,
): AsyncGenerator<Row, void> {
  const listener = new SheetListener(meanings);
  try {
    for await (const _ of parseXml(pieces, listener)) {
      listener.refuseTooLong();
      yield* listener.taken();
    }
  } catch (error) {
    throw error instanceof BrokenXlsx ? listener.placed(error, sheet) : error;
  }
}

class SheetListener {
  readonly #meanings: Meanings;
  readonly #inline = new RichText();
  #rows: Row[] = [];
  #cells: (Cell | null)[] = [];
  #row = 0;
  #column = -1;
  #inCell = false;
  #type = 'n';
  #style = 0;
  #value = '';
  #inValue = false;

  constructor(meanings: Meanings) {
    this.#meanings = meanings;
  }

  taken(): Row[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  opens(name: string, attributes: Attributes): void {
    if (name === 'c') this.#beginCell(attributes);
    else if (name === 'v') this.#inValue = this.#inCell;
    else if (name === 'row') this.#beginRow(attributes);
    else if (this.#inCell) this.#inline.opens(name);
  }

  text(piece: string): void {
    if (this.#inValue) this.#value += piece;
    else if (this.#inCell) this.#inline.add(piece);
  }

  closes(name: string): void {
    if (name === 'c') this.#endCell();
    else if (name === 'v') this.#inValue = false;
    else if (name === 'row') this.#endRow();
    else if (this.#inCell) this.#inline.closes(name);
  }

  refuseTooLong(): void {
    if (this.#value.length + this.#inline.length <= LONGEST_CELL) return;
    throw new BrokenXlsx('tooLarge', 'A cell would unpack to more than 1 MiB of text, which no cell holds.');
  }

  /** The same, with where it happened. */
  placed(error: BrokenXlsx, sheet: string): BrokenXlsx {
    const row = this.#row === 0 ? undefined : this.#row;
    const column = this.#inCell ? columnLetters(this.#column) : undefined;
    const at =
      column === undefined ? (row === undefined ? '' : `, after row ${row}`) : `, row ${row}, column ${column}`;
    return new BrokenXlsx(
      error.why,
      `Sheet "${sheet}"${at}: ${error.message}`,
      { sheet, row, column },
      { cause: error },
    );
  }

  #beginRow({ r }: Attributes): void {
    const number = r === undefined ? this.#row + 1 : Number(r);
    if (!(number > this.#row)) throw damaged('its rows are not in their order');
    if (number > MOST_ROWS) throw new BrokenXlsx('tooLarge', `It would unpack to more than ${MOST_ROWS} rows.`);
    this.#row = number;
    this.#column = -1;
    this.#cells = [];
  }

  #endRow(): void {
    if (this.#cells.length > 0) this.#rows.push({ number: this.#row, cells: this.#cells });
  }

  #beginCell({ r, t, s }: Attributes): void {
    this.#column = r === undefined ? this.#column + 1 : columnOf(r);
    this.#inCell = true;
    this.#type = t ?? 'n';
    this.#style = s === undefined ? 0 : Number(s);
    this.#value = '';
    this.#inline.begin();
    if (this.#column < 0) throw damaged('a cell is in no column');
    if (this.#column < MOST_COLUMNS) return;
    throw new BrokenXlsx('tooLarge', `It would unpack to more than ${MOST_COLUMNS} columns.`);
  }

  #endCell(): void {
    this.refuseTooLong();
    const cell = this.#cell();
    this.#inCell = false;
    this.#inValue = false;
    if (cell === null) return;
    while (this.#cells.length < this.#column) this.#cells.push(null);
    this.#cells[this.#column] = cell;
  }

  #cell(): Cell | null {
    if (this.#type === 'inlineStr') return textCell(unescapeCell(this.#inline.taken()));
    if (this.#type === 'str') return textCell(unescapeCell(this.#value));
    const value = this.#value.trim();
    if (value === '') return null;
    if (this.#type === 's') return textCell(this.#sharedString(value));
    if (this.#type === 'e') return { is: 'error', code: ERRORS.has(value) ? value : null };
    if (this.#type === 'b') return { is: 'boolean', value: truth(value) };
    return this.#type === 'd' ? isoCell(value) : this.#numberCell(value);
  }

  #sharedString(value: string): string {
    const text = /^\d+$/.test(value) ? this.#meanings.strings.at(Number(value)) : undefined;
    if (text === undefined) throw damaged('a cell names a text that is not there');
    return text;
  }

  #numberCell(text: string): Cell {
    if (!NUMBER.test(text)) throw damaged('a cell of numbers holds something else');
    const wall = this.#meanings.isDate[this.#style] ? wallOf(Number(text), this.#meanings.since1904) : null;
    return wall === null ? { is: 'number', text } : { is: 'time', wall };
  }
}

function textCell(text: string): Cell | null {
  return text === '' ? null : { is: 'text', text };
}

function isoCell(text: string): Cell {
  const wall = wallOfIso(text);
  return wall === null ? { is: 'text', text } : { is: 'time', wall };
}

function truth(value: string): boolean {
  if (value === '1' || value === 'true') return true;
  if (value === '0' || value === 'false') return false;
  throw damaged('a cell of yes and no holds something else');
}
