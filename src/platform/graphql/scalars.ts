import { GraphQLError, GraphQLScalarType, type ValueNode } from 'graphql';
import { GraphQLDateTimeISO } from 'graphql-scalars';

/**
 * Instants. Rows carry MySQL text, which becomes ISO 8601 without a Date in between: a list of a hundred orders has
 * hundreds of them.
 */
export const DateTimeISO = new GraphQLScalarType<Date, string>({
  name: 'DateTimeISO',
  description: 'An instant in UTC with milliseconds, as ISO 8601: `2025-11-03T15:42:07.318Z`.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time',
  serialize: serializeInstant,
  parseValue: (value) => instantIn(() => GraphQLDateTimeISO.parseValue(value) as Date),
  parseLiteral: (node: ValueNode) => instantIn(() => GraphQLDateTimeISO.parseLiteral(node, null) as Date, node),
});

const FORM =
  'A DateTimeISO is a day with a time and its offset from UTC, as text: "2025-11-03T15:42:07.318Z" or "2025-11-03T00:00:00-05:00".';

/** @param node where it stands in the document, if it stands there. */
function instantIn(parse: () => Date, nodes?: ValueNode): Date {
  const instant = parsed(parse, nodes);
  const year = instant.getUTCFullYear();
  // MySQL refuses to compare with other years (1525), and an offset can lead into one.
  if (year >= 1000 && year <= 9999) return instant;
  throw new GraphQLError('A DateTimeISO has a year from 1000 to 9999, in UTC.', { nodes });
}

function parsed(parse: () => Date, nodes: ValueNode | undefined): Date {
  try {
    return parse();
  } catch (error) {
    // The library's words call it by another name and do not say what is wanted.
    throw new GraphQLError(FORM, { nodes, originalError: error as Error });
  }
}

function serializeInstant(value: unknown): string {
  if (typeof value === 'string') return `${value.slice(0, 10)}T${value.slice(11, 23)}Z`;
  if (value instanceof Date) return value.toISOString();
  throw new TypeError('An instant is a Date or MySQL text.');
}

/** Answers, payloads and raw data as they were stored. */
export const JsonValue = new GraphQLScalarType({
  name: 'JSON',
  description: 'Any JSON value, as it was stored.',
  serialize: (value) => value,
});
