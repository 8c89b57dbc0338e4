import { cleanText, emailAddress } from '../../intake/careportals/clean.ts';
import type { RowReader } from './row-reader.ts';

const SPACES = /[\s\u200B-\u200D\u2060\uFEFF]/gu;
const LENGTH = 255;

/** An address for mail without the spaces that crept in. One without the shape of an address is kept and noted. */
export function readEmail(row: RowReader): string {
  const email = row.needed('email', withoutSpaces);
  if (email !== row.raw('email')) row.note('email-spaces', 'email', email);
  if (emailAddress(email) === null) row.note('email-shape', 'email', email);
  return email;
}

function withoutSpaces(text: string): string | null {
  const email = text.replaceAll(SPACES, '');
  return email.length > LENGTH ? null : cleanText(email);
}
