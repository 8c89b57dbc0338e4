import { describe, expect, test } from 'vitest';
import {
  cleanText,
  clip,
  emailAddress,
  emrId,
  isoInstant,
  orderNumber,
  phoneNumber,
  templateFault,
  webLink,
} from '../../../../src/modules/careportals/intake/careportals/clean.ts';

describe('cleanText', () => {
  test.each([
    '',
    '   ',
    'null',
    'undefined',
    'N/A',
    '[object Object]',
    '[object Object],[object Object]',
    '{{customer.phone}}',
    'Dear {{ customer.firstName }}',
  ])('takes %j for nothing', (raw) => {
    expect(cleanText(raw)).toBeNull();
  });

  test.each([
    ['  Riverton ', 'Riverton'],
    ['Null', 'Null'],
    ['None', 'None'],
    ['a\u0000b', 'a b'],
    ['{ curly }', '{ curly }'],
    ['0', '0'],
  ])('keeps %j', (raw, text) => {
    expect(cleanText(raw)).toBe(text);
  });

  test('tells what the template did wrong, and finds nothing wrong with a plain blank', () => {
    expect(templateFault('[object Object],[object Object]')).toMatch(/object/);
    expect(templateFault('{{product}}')).toMatch(/placeholder/);
    expect(templateFault('')).toBeNull();
  });
});

test('clip never leaves half a character', () => {
  expect(clip('ab📦', 3)).toBe('ab📦');
  expect(clip('ab📦cd', 3)).toBe('ab📦');
  expect(clip('short', 50)).toBe('short');
});

test('an id of the EMR is 24 hexadecimal digits and nothing else', () => {
  expect(emrId('69B27D11E4C9FA0B6621A301')).toBe('69b27d11e4c9fa0b6621a301');
  for (const odd of ['69b27d11e4c9fa0b6621a30', '2417', "' OR 1=1 --", 'é'.repeat(24), '[object Object]']) {
    expect(emrId(odd)).toBeNull();
  }
});

test.each([
  ['2417', '2417'],
  ['101', '101'],
  ['007', '7'],
  ['9223372036854775807', '9223372036854775807'],
  ['9223372036854775808', null],
  ['0', null],
  ['-5', null],
  ['24.17', null],
  ['69b27d11e4c9fa0b6621a301', null],
  ['٢٤١٧', null],
])('order number %s is read as %s', (text, number) => {
  expect(orderNumber(text)).toBe(number);
});

test.each([
  ['+12125550142', '+12125550142'],
  ['2125550142', '+12125550142'],
  ['12125550142', '+12125550142'],
  ['(212) 555-0142', '+12125550142'],
  ['+44 20 7946 0958', '+442079460958'],
  ['0', null],
  ['000', null],
  ['', null],
  ['555-0142', '555-0142'],
  ['call 2125550142 after 5', 'call 2125550142 after 5'],
])('phone %j is kept as %j', (text, phone) => {
  expect(phoneNumber(text)).toBe(phone);
});

test.each([
  ['A.B@Example.org', 'A.B@Example.org'],
  [' a@example.org\u00a0', 'a@example.org'],
  ['\ufeffa@exam\u200bple.org', 'a@example.org'],
  ['jose\u0301@example.org', 'jose\u0301@example.org'],
  ['none', null],
  ['a@', null],
  [`${'a'.repeat(250)}@example.org`, null],
])('email %j is kept as %j', (text, email) => {
  expect(emailAddress(text)).toBe(email);
});

test.each([
  ['2025-11-03T15:42:07.318Z', '2025-11-03 15:42:07.318'],
  ['2025-11-03T15:42:07Z', '2025-11-03 15:42:07.000'],
  ['2025-11-03T15:42:07.3Z', '2025-11-03 15:42:07.300'],
  ['2025-11-03T10:42:07.318-05:00', '2025-11-03 15:42:07.318'],
  ['2025-11-03T15:42:07.318999Z', '2025-11-03 15:42:07.318'],
  ['2025-12-01', '2025-12-01 00:00:00.000'],
  ['2024-02-29T00:00:00Z', '2024-02-29 00:00:00.000'],
  ['2025-02-29T00:00:00Z', null],
  ['2025-11-31T00:00:00Z', null],
  ['2025-11-03T24:00:00Z', null],
  ['2025-13-03T15:42:07Z', null],
  ['0000-00-00T00:00:00Z', null],
  ['1969-12-31T23:59:59Z', null],
  ['9999-12-31T23:59:59-12:00', null],
  ['2025-11-03T15:42:07+99:00', null],
  ['2025-11-03T15:42:07+05:75', null],
  ['11/03/2025, 3:42:07 PM', null],
  ['1762184527318', null],
])('instant %s is %s', (text, instant) => {
  expect(isoInstant(text)).toBe(instant);
});

test('a tracking link is a web address, so that it can be shown as a link', () => {
  expect(webLink('https://tracking.example.net/1Z')).toBe('https://tracking.example.net/1Z');
  expect(webLink('javascript:alert(1)')).toBeNull();
  expect(webLink(`https://${'a'.repeat(3_000)}`)).toBeNull();
});
