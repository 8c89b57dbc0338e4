import { type Attributes, readXml } from './parse-xml.ts';

/** Formats that programs have without saying so, and that show a date or a time; some exist in East Asia only. */
const BUILT_IN = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
] as const;

/** Which cell styles show a number as a date, by their place in the list. */
export async function readDateStyles(pieces: AsyncIterable<string>): Promise<boolean[]> {
  const formats = new Map<number, string>();
  const styles: boolean[] = [];
  let inCellStyles = false;
  await readXml(pieces, {
    opens(name: string, { numFmtId, formatCode }: Attributes) {
      if (name === 'cellXfs') inCellStyles = true;
      if (name === 'numFmt') formats.set(Number(numFmtId), formatCode ?? '');
      if (name === 'xf' && inCellStyles) styles.push(showsDate(Number(numFmtId ?? 0), formats));
    },
    closes(name: string) {
      if (name === 'cellXfs') inCellStyles = false;
    },
  });
  return styles;
}

function showsDate(id: number, formats: ReadonlyMap<number, string>): boolean {
  const format = formats.get(id);
  return format === undefined ? BUILT_IN.some(([from, to]) => id >= from && id <= to) : isDateFormat(format);
}

/** Letters in quotes, in brackets, or after a backslash, an underscore or an asterisk say nothing of the kind. */
function isDateFormat(format: string): boolean {
  return /[ydhs]/i.test(format.replace(/"[^"]*"|\[[^\]]*\]|[\\_*]./g, ''));
}
