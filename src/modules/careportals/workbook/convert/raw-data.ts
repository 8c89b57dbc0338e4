import { canonicalJson } from '../../../../platform/canonical-json.ts';
import { redact, UnstorableBody } from '../../../../platform/inbox/redact.ts';
import type { OutCell } from '../../../../platform/xlsx/cell.ts';
import type { RowReader } from './row-reader.ts';

/** What Excel lets a cell hold. */
const CELL_LENGTH = 32_767;

export interface RawData {
  /** An object or an array, a text that is neither, or null. */
  value: unknown;
  rule: 'raw-data-as-text' | 'secrets-stripped' | 'value-dropped' | null;
}

/** The body that a row was made of, without password material. What is no JSON is kept as text. */
export function readRawData(row: RowReader): unknown {
  const { value, rule } = rawDataOf(row.raw('Raw Data'));
  if (rule !== null) row.note(rule, 'Raw Data', value === null ? null : rawDataText(value));
  return value;
}

export function rawDataOf(raw: string | null): RawData {
  const text = raw?.trim() ?? '';
  if (text === '') return { value: null, rule: null };
  const parsed = parsedObject(text);
  if (parsed === undefined) return textOf(text);
  try {
    const value = redact(parsed);
    return { value, rule: canonicalJson(value) === canonicalJson(parsed) ? null : 'secrets-stripped' };
  } catch (error) {
    if (error instanceof UnstorableBody) return { value: null, rule: 'value-dropped' };
    throw error;
  }
}

/** In a text that cannot be parsed a password cannot be told from the rest. */
function textOf(text: string): RawData {
  const hasSecret = /\b(hash|salt|uname)\b\W{0,4}[:=]/i.test(text);
  return hasSecret ? { value: null, rule: 'secrets-stripped' } : { value: text, rule: 'raw-data-as-text' };
}

function parsedObject(text: string): unknown {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text, storable);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** JSON can hold neither infinity nor -0 nor half a character: written back they would be other values. */
function storable(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'number') return value;
  return Number.isFinite(value) ? value + 0 : null;
}

/** Blank where it is too long for a cell. */
export function rawDataCell(value: unknown): OutCell {
  if (value === null || value === undefined) return null;
  const text = rawDataText(value);
  return text.length <= CELL_LENGTH ? text : null;
}

function rawDataText(value: unknown): string {
  return typeof value === 'string' ? value : canonicalJson(value);
}
