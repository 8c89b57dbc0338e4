import { describe, expect, it } from 'vitest';
import {
  easternToUtc,
  textTimeCell,
  utcToEastern,
  zonedTextCell,
} from '../../../src/modules/careportals/workbook/convert/eastern-time.ts';
import { timeOf } from '../../../src/modules/careportals/workbook/convert/time-text.ts';
import { toInstant } from '../../../src/platform/database/instant.ts';

const HOUR = 3_600_000;
const [FIRST_YEAR, LAST_YEAR] = process.env.LONG_TESTS ? [2000, 2037] : [2024, 2027];

const FORMAT = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'America/New_York',
  dateStyle: 'short',
  timeStyle: 'medium',
});

describe('the wall clock of New York', () => {
  it('is read and written as Intl knows it, at every hour', () => {
    const wrong: string[] = [];
    const times = new Map<string, number>();
    for (let utc = Date.UTC(FIRST_YEAR, 0, 1); utc < Date.UTC(LAST_YEAR + 1, 0, 1); utc += HOUR) {
      const wall = FORMAT.format(utc);
      times.set(wall, (times.get(wall) ?? 0) + 1);
      if (utcToEastern(toInstant(new Date(utc))) !== `${wall}.000`) wrong.push(wall);
      const read = easternToUtc(Date.parse(`${wall.replace(' ', 'T')}Z`));
      const isFirstOfTwo = read?.odd === 'hour-ambiguous' && read.at !== toInstant(new Date(utc));
      if (!isFirstOfTwo && read?.at !== toInstant(new Date(utc))) wrong.push(wall);
    }
    const twice = [...times].filter(([, count]) => count === 2).map(([wall]) => wall);
    const ambiguous = [...times.keys()].filter(
      (wall) => easternToUtc(Date.parse(`${wall.replace(' ', 'T')}Z`))?.odd === 'hour-ambiguous',
    );
    expect(wrong).toEqual([]);
    expect(twice).toHaveLength(LAST_YEAR - FIRST_YEAR + 1);
    expect(ambiguous).toEqual(twice);
  });

  it('takes the hour that is there twice for standard time, to the second', () => {
    expect(timeOf('2025-11-02 00:59:59')).toEqual({ at: '2025-11-02 04:59:59.000', odd: null });
    expect(timeOf('2025-11-02 01:00:00')).toEqual({ at: '2025-11-02 06:00:00.000', odd: 'hour-ambiguous' });
    expect(timeOf('2025-11-02 01:59:59')).toEqual({ at: '2025-11-02 06:59:59.000', odd: 'hour-ambiguous' });
    expect(timeOf('2025-11-02 02:00:00')).toEqual({ at: '2025-11-02 07:00:00.000', odd: null });
  });

  it('reads the hour that is missing by the clock of before, an hour later on the wall', () => {
    expect(timeOf('2025-03-09 01:59:59')).toEqual({ at: '2025-03-09 06:59:59.000', odd: null });
    expect(timeOf('2025-03-09 02:30:00')).toEqual({ at: '2025-03-09 07:30:00.000', odd: 'hour-missing' });
    expect(utcToEastern('2025-03-09 07:30:00.000')).toBe('2025-03-09 03:30:00.000');
    expect(timeOf('2025-03-09 03:00:00')).toEqual({ at: '2025-03-09 07:00:00.000', odd: null });
  });

  it('asks nothing of a text that says which clock it was', () => {
    expect(timeOf('2025-11-02 01:30:00 EDT')).toEqual({ at: '2025-11-02 05:30:00.000', odd: null });
    expect(timeOf('2025-11-02 01:30:00 EST')).toEqual({ at: '2025-11-02 06:30:00.000', odd: null });
    expect(timeOf('2025-11-02T01:30:00.250Z')).toEqual({ at: '2025-11-02 01:30:00.250', odd: null });
    expect(timeOf('2025-11-02T01:30:00+02:00')).toEqual({ at: '2025-11-01 23:30:00.000', odd: null });
  });

  it.each([
    ['10/07/2025, 02:03:04 PM', '2025-10-07 18:03:04.000'],
    ['1/7/2025, 12:00:00 AM', '2025-01-07 05:00:00.000'],
    ['01/07/2025, 12:00:00 PM', '2025-01-07 17:00:00.000'],
    ['01/07/2025 14:03:04', '2025-01-07 19:03:04.000'],
    ['2025-01-07 14:03:04.5', '2025-01-07 19:03:04.500'],
    ['1969-12-31 19:00:00', '1970-01-01 00:00:00.000'],
  ])('reads %s', (text, at) => {
    expect(timeOf(text)).toEqual({ at, odd: null });
  });

  it.each([
    '02/30/2025, 02:03:04 PM',
    '13/01/2025 10:00:00',
    '01/07/2025, 13:00:00 PM',
    '01/07/2025, 00:30:00 AM',
    '2025-01-07 24:00:00',
    '2025-01-07 10:60:00',
    '2025-01-07',
    '1969-12-31 18:59:59',
    '9999-12-31 23:00:00',
    '45932.5',
    'yesterday',
  ])('reads no time in %s', (text) => {
    expect(timeOf(text)).toBeNull();
  });

  it('writes text as scripts and questionnaires have it, and reads it back', () => {
    expect(textTimeCell('2025-10-07 04:03:04.000')).toBe('10/07/2025, 12:03:04 AM');
    expect(textTimeCell('2025-10-07 16:03:04.000')).toBe('10/07/2025, 12:03:04 PM');
    expect(timeOf('10/07/2025, 12:03:04 PM')?.at).toBe('2025-10-07 16:03:04.000');
    expect(zonedTextCell('2025-11-02 05:30:00.000')).toBe('2025-11-02 01:30:00 EDT');
    expect(zonedTextCell('2025-11-02 06:30:00.125')).toBe('2025-11-02 01:30:00.125 EST');
    expect(timeOf('2025-11-02 01:30:00.125 EST')?.at).toBe('2025-11-02 06:30:00.125');
  });
});
