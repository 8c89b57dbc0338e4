import { GraphQLScalarType } from 'graphql';

/** Sums of money. A million orders are more than a 32-bit Int holds, and a float is never exact. */
export const Cents = new GraphQLScalarType<bigint, string>({
  name: 'Cents',
  description: 'A sum of money in cents (US dollars), as a text of digits: `"1234567890"`; negative with a minus.',
  serialize: serializeCents,
});

function serializeCents(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  throw new TypeError('Cents are a bigint.');
}
