import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

/** A calendar day as text, `YYYY-MM-DD`. Two of them compare as text. */
export type Day = string;

/** Days without a time; which clock they belong to is said where one is used. */
export const CalendarDate = new GraphQLScalarType<Day, Day>({
  name: 'Date',
  description: 'A calendar day: `2025-11-03`. Days of figures are days in US Eastern time.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/local-date',
  serialize: String,
  parseValue: (value) => parseDay(value),
  parseLiteral: (node) => parseDay(node.kind === Kind.STRING ? node.value : null, node),
});

const FORM = /^\d{4}-\d{2}-\d{2}$/;

/** @param node where it stands in the document, if it stands there. */
function parseDay(value: unknown, node?: ValueNode): Day {
  if (typeof value === 'string' && isDay(value)) return value;
  const isOfForm = typeof value === 'string' && FORM.test(value);
  const why = isOfForm ? 'The calendar has no such day' : 'A Date is a day of the calendar, as text: "2025-11-03"';
  throw new GraphQLError(`${why}.`, { nodes: node });
}

/** Not the 30th of February: the text must survive the way there and back. */
function isDay(text: string): boolean {
  if (!FORM.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
