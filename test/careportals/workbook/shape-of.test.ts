import { expect, test } from 'vitest';
import { shapeOf } from '../../../src/modules/careportals/workbook/convert/shape-of.ts';

test.each([
  ['ada.birch+1@example.net', 'aaa.aaaaa+9@aaaaaaa.aaa'],
  ['Zoë Ångström 李', 'aaa aaaaaaaa a'],
  ['٣½', '99'],
  ['a\u0301\u0000\t🙂', 'aa  ?'],
  ['(212) 555-0142', '(999) 999-9999'],
  ['x'.repeat(24), 'a'.repeat(24)],
  ['x'.repeat(25), `${'a'.repeat(23)}…`],
  ['', ''],
  [null, null],
])('of %j no letter and no digit is left', (text, shape) => {
  expect(shapeOf(text)).toBe(shape);
});
