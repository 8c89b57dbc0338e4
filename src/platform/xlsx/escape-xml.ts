// XML has no place for these at all, or, like the carriage return, changes them: a spreadsheet writes them as _xHHHH_.
const UNWRITABLE = '[\\u0000-\\u0008\\u000b-\\u001f\\ufffe\\uffff]';
const LONE_SURROGATE = '[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]';
// An underscore that would begin such a code, also where what ends the code only comes in by our own writing.
const LOOKS_LIKE_CODE = `_(?=x[0-9A-Fa-f]{4}(?:_|${UNWRITABLE}|${LONE_SURROGATE}))`;
const SPECIAL = new RegExp(`[&<>"]|${LOOKS_LIKE_CODE}|${UNWRITABLE}|${LONE_SURROGATE}`, 'g');
const WORTH_A_LOOK = new RegExp(`[&<>"_\\ud800-\\udfff]|${UNWRITABLE}`);
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A text as it stands in a cell of the file: any text at all comes back by `unescapeCell` after XML's own unescaping. */
export function escapeCell(text: string): string {
  return WORTH_A_LOOK.test(text) ? text.replace(SPECIAL, (found) => ENTITIES[found] ?? code(found)) : text;
}

function code(character: string): string {
  return `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
}

/** Takes the `_xHHHH_` codes back. */
export function unescapeCell(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** A text as the value of an attribute. */
export function escapeAttribute(text: string): string {
  return text.replace(/[&<>"]/g, (found) => ENTITIES[found] ?? found);
}
