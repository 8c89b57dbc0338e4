import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endServing, serveTwoPeople } from '../../kit/served-people.ts';
import type { TestApp } from '../../kit/test-app.ts';
import type { Transport } from '../../kit/transports.ts';

let server: TestApp;
let transports: Transport[];
let support: string;

beforeAll(async () => {
  ({ server, transports, support } = await serveTwoPeople());
});

afterAll(() => endServing(server, transports));

describe('instants and days that cannot be read', () => {
  const instant = /A DateTimeISO is a day with a time and its offset.*"2025-11-03T15:42:07.318Z"/;

  test.each([
    ['createdFrom: "2026-11-01"', instant],
    ['createdFrom: "2026-11-01T00:00:00"', instant],
    ['createdFrom: "yesterday"', instant],
    ['createdFrom: 1762000000', instant],
    ['createdFrom: "0999-12-31T00:00:00Z"', /DateTimeISO has a year from 1000 to 9999/],
  ])('are told what is wanted, and where: %s', async (filter, message) => {
    for (const transport of transports) {
      const answer = await transport.ask(support, `{ orders(filter: { ${filter} }) { totalCount } }`);
      expect(answer.errors).toEqual([
        {
          message: expect.stringMatching(message),
          locations: [{ line: 1, column: 33 }],
          extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
        },
      ]);
    }
  });

  test.each([
    ['2026-11-31', /The calendar has no such day/],
    ['1.11.2026', /A Date is a day of the calendar, as text: "2025-11-03"/],
  ])('%s is refused where it stands, and as a variable by its name', async (day, message) => {
    for (const transport of transports) {
      const written = await transport.ask(support, `{ kpis(from: "2026-01-01", to: "${day}") { from } }`);
      expect(written.errors).toMatchObject([{ message: expect.stringMatching(message), locations: [{ column: 32 }] }]);
      const told = await transport.ask(support, 'query ($to: Date) { kpis(to: $to) { from } }', { to: day });
      expect(told.errors?.[0]?.message).toMatch(/^Variable "\$to" got invalid value/);
      expect(told.errors?.[0]?.message).toMatch(message);
    }
  });

  test('an instant that is a variable is told what is wanted too', async () => {
    const text = 'query ($at: DateTimeISO) { orders(filter: { createdFrom: $at }) { totalCount } }';
    for (const transport of transports) {
      expect((await transport.ask(support, text, { at: '2026-11-01' })).errors?.[0]?.message).toMatch(instant);
    }
  });
});
