import { plainNumber } from './numbers.ts';

/** Yes or no as sheets say it: 1.0, 0.0, TRUE, FALSE. */
export function flagOf(text: string): 0 | 1 | null {
  const word = plainNumber(text).toLowerCase();
  if (word === '1' || word === 'true' || word === 'yes') return 1;
  return word === '0' || word === 'false' || word === 'no' ? 0 : null;
}
