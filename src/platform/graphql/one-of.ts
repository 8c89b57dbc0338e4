import { badUserInput } from './faults.ts';

/** The one argument that was given, of those that name a thing. @throws BAD_USER_INPUT unless it is exactly one. */
export function oneOf(args: Record<string, string | null | undefined>): [name: string, value: string] {
  const given = Object.entries(args).filter((entry): entry is [string, string] => entry[1] != null);
  const [first] = given;
  if (first === undefined || given.length > 1) {
    throw badUserInput(`Give exactly one of: ${Object.keys(args).join(', ')}.`);
  }
  return first;
}
