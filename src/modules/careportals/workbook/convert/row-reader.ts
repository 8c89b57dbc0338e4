import type { Instant } from '../../../../platform/database/instant.ts';
import type { Cell } from '../../../../platform/xlsx/cell.ts';
import { cleanText, clip } from '../../intake/careportals/clean.ts';
import type { Finding } from '../finding.ts';
import type { RuleId } from '../rules.ts';
import type { SheetName } from '../sheet.ts';
import type { EasternTime } from './eastern-time.ts';
import { plainNumber } from './numbers.ts';
import { timeOf, timeOfWall } from './time-text.ts';

/** Where a row stands. */
export interface Place {
  sheet: SheetName;
  tab: string;
  row: number;
}

/** Ends the reading of a row that cannot be kept. Caught where rows are converted; never leaves there. */
export class RowRejected extends Error {
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(finding.rule);
    this.finding = finding;
  }
}

/** Reads text to a value; null if it is none. */
type Parse<T> = (text: string) => T | null;

/** What a cell says: nothing, something that stands for nothing, or a text. */
type Said = { is: 'blank' } | { is: 'artefact' } | { is: 'text'; text: string };

const BLANK: Said = { is: 'blank' };

/**
 * The cells of one row by their headers, and what was found in them. Three strengths: without its `key` a row is
 * nobody's, without what is `needed` it cannot be stored, what is `optional` may be blank. An unreadable cell refuses
 * the row in the first two and is dropped in the third.
 */
export class RowReader {
  readonly findings: Finding[] = [];
  readonly #place: Place;
  readonly #cellAt: (header: string) => Cell | null;
  readonly #latest: Instant;

  /** @param latest times after it lie in the future. */
  constructor(place: Place, cellAt: (header: string) => Cell | null, latest: Instant) {
    this.#place = place;
    this.#cellAt = cellAt;
    this.#latest = latest;
  }

  /** As people see it, untrimmed; null where the cell is empty. */
  raw(header: string): string | null {
    const cell = this.#cellAt(header);
    if (cell === null) return null;
    if (cell.is === 'text') return cell.text.toWellFormed();
    if (cell.is === 'number') return plainNumber(cell.text);
    if (cell.is === 'boolean') return cell.value ? 'TRUE' : 'FALSE';
    return cell.is === 'time' ? cell.wall : cell.code;
  }

  isBlank(header: string): boolean {
    return this.#said(header).is === 'blank';
  }

  /** Writes down what a rule did or saw. */
  note(rule: RuleId, column: string, became: string | null, was: string | null = this.raw(column)): void {
    this.findings.push({ ...this.#place, column, rule, was, became });
  }

  /** @throws RowRejected */
  reject(rule: RuleId, column: string): never {
    throw new RowRejected({ ...this.#place, column, rule, was: this.raw(column), became: null });
  }

  /** @throws RowRejected key-missing, key-shape */
  key<T>(header: string, parse: Parse<T>): T {
    return this.#must(header, parse, 'key-missing', 'key-shape');
  }

  /** @throws RowRejected value-missing, value-unreadable */
  needed<T>(header: string, parse: Parse<T>): T {
    return this.#must(header, parse, 'value-missing', 'value-unreadable');
  }

  optional<T>(header: string, parse: Parse<T>): T | null {
    const said = this.#said(header);
    if (said.is === 'artefact') this.note('template-artefact', header, null);
    if (said.is !== 'text') return null;
    const value = this.#isTime(header) ? null : parse(said.text);
    if (value === null) this.note('value-dropped', header, null);
    return value;
  }

  /** Text that may be blank, cut to what its column holds. */
  text(header: string, length: number, parse: Parse<string> = asItIs): string | null {
    const text = this.optional(header, parse);
    return text === null ? null : this.#clipped(header, text, length);
  }

  /** @throws RowRejected value-missing */
  neededText(header: string, length: number, parse: Parse<string> = asItIs): string {
    return this.#clipped(header, this.needed(header, parse), length);
  }

  /**
   * @param inFuture what a time ahead of the clock is: worth a note, or a reason to refuse the row.
   * @throws RowRejected
   */
  time(header: string, inFuture: 'time-in-future' | 'future-status' = 'time-in-future'): Instant {
    if (!this.#isTime(header) && this.#said(header).is !== 'text') this.reject('value-missing', header);
    return this.#instant(header, inFuture) ?? this.reject('value-unreadable', header);
  }

  optionalTime(header: string): Instant | null {
    const said = this.#said(header);
    if (said.is === 'artefact') this.note('template-artefact', header, null);
    if (said.is !== 'text') return null;
    const at = this.#instant(header, 'time-in-future');
    if (at === null) this.note('value-dropped', header, null);
    return at;
  }

  #must<T>(header: string, parse: Parse<T>, missing: RuleId, unreadable: RuleId): T {
    const said = this.#said(header);
    if (said.is !== 'text') return this.reject(missing, header);
    return (this.#isTime(header) ? null : parse(said.text)) ?? this.reject(unreadable, header);
  }

  #instant(header: string, inFuture: 'time-in-future' | 'future-status'): Instant | null {
    const time = this.#timeAt(header);
    if (time === null) return null;
    if (time.odd !== null) this.note(time.odd, header, time.at);
    if (time.at <= this.#latest) return time.at;
    if (inFuture === 'future-status') this.reject('future-status', header);
    this.note('time-in-future', header, time.at);
    return time.at;
  }

  /** A number without a date's style is no time: which day it counts from is not known. */
  #timeAt(header: string): EasternTime | null {
    const cell = this.#cellAt(header);
    if (cell?.is === 'time') return timeOfWall(cell.wall);
    const said = this.#said(header);
    return said.is === 'text' && cell?.is !== 'number' ? timeOf(said.text) : null;
  }

  #said(header: string): Said {
    const raw = this.raw(header);
    if (raw === null) return BLANK;
    if (isClean(raw)) return { is: 'text', text: raw };
    const text = cleanText(raw);
    if (text !== null) return { is: 'text', text };
    return raw.replaceAll(/\p{Cc}/gu, ' ').trim() === '' ? BLANK : { is: 'artefact' };
  }

  #isTime(header: string): boolean {
    return this.#cellAt(header)?.is === 'time';
  }

  #clipped(header: string, text: string, length: number): string {
    const short = clip(text, length).trimEnd();
    if (short !== text) this.note('text-clipped', header, short);
    return short;
  }
}

/** What cleaning leaves as it is, told faster: most cells are ids, numbers and words. */
function isClean(text: string): boolean {
  return /^[\w.@:+-]+$/.test(text) && text !== 'null' && text !== 'undefined';
}

function asItIs(text: string): string {
  return text;
}

/** Words of a system, which are stored in lower case. Null for what stands for nothing then, such as NULL. */
export function lowerWord(text: string): string | null {
  return cleanText(text.toLowerCase());
}
