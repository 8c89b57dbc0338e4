import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/** A calendar day as text, `YYYY-MM-DD`. Two of them compare as text. */
export type Day = string;

/** Days without a time; which clock they belong to is said where one is used. */
export const CalendarDate = new GraphQLScalarType<Day, Day>({
  name: 'Date',
  description: 'A calendar day: `2025-11-03`. Days of figures are days in US Eastern time.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/local-date',
  serialize: String,
  parseValue: parseDay,
  parseLiteral: (node) => parseDay(node.kind === Kind.STRING ? node.value : null),
});

function parseDay(value: unknown): Day {
  if (typeof value === 'string' && isDay(value)) return value;
  throw new GraphQLError('A date is a day of the calendar, as text of the form YYYY-MM-DD.');
}

/** Not the 30th of February: the text must survive the way there and back. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
