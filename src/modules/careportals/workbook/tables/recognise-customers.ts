import type { Query } from '../../../../platform/database/query.ts';
import { standInCustomerId } from '../../customers/stand-in-customer-id.ts';
import type { CustomerLine } from '../lines.ts';
import type { Admitted, Known } from '../table.ts';
import { emailOwners, ownCustomerIds } from './find-known.ts';

/** Who a row of the customers' sheet is. */
export interface Recognised {
  /** The customer's own id: the row's, if nobody knows it. */
  customerId: string;
  /** Found in the database, or told by an earlier row of this file. */
  isKnown: boolean;
  /** An earlier row of this file was of this customer. */
  isRepeat: boolean;
  /** How the run knows the email. */
  emailKey: string;
  /** Somebody else has the email. */
  isEmailOfOther: boolean;
  /** Ids that are to mean the customer from now on. */
  aliases: string[];
}

/** Everything that has to be known of the emails and ids of a batch. */
interface Asked {
  known: Known;
  /** By the row's id: whose it is already. */
  byId: Map<string, string>;
  /** By email. */
  keys: Map<string, string>;
  /** By the email's key: whose the email is, or once was. */
  byEmail: Map<string, string>;
  /** By the email's key: whose it is now. */
  current: Map<string, string>;
  /** Own ids of customers of earlier rows. */
  seen: Set<string>;
}

/** As a delivery recognises them: by an id, else by an email that somebody has or had. */
export async function recogniseCustomers(
  query: Query,
  known: Known,
  lines: readonly Admitted<CustomerLine>[],
): Promise<Recognised[]> {
  const asked = await ask(
    query,
    known,
    lines.map(({ line }) => line),
  );
  return lines.map(({ line }) => recognise(asked, line));
}

async function ask(query: Query, known: Known, lines: readonly CustomerLine[]): Promise<Asked> {
  const emails = lines.map(({ email }) => email);
  const owners = await emailOwners(query, emails);
  // By MySQL's lower case, on which the unique key of emails stands.
  const keys = new Map(emails.map((email) => [email, standInCustomerId(owners.get(email)?.lower ?? email)]));
  const byEmail = await ownCustomerIds(query, known, [...emails.map(standInCustomerId), ...keys.values()]);
  const current = new Map<string, string>();
  for (const { email, customer_id } of owners.values()) {
    const key = keys.get(email) ?? email;
    // An alias of the email as it was written says as much as one of its lower case.
    const aliased = byEmail.get(standInCustomerId(email));
    if (aliased !== undefined) byEmail.set(key, aliased);
    if (customer_id === null) continue;
    current.set(key, customer_id);
    if (!byEmail.has(key)) byEmail.set(key, customer_id);
  }
  const ids = lines.map(({ customer_id }) => customer_id);
  return { known, byId: await ownCustomerIds(query, known, ids), keys, byEmail, current, seen: new Set() };
}

function recognise(asked: Asked, { customer_id, email }: CustomerLine): Recognised {
  const { known, byId, byEmail, current, seen } = asked;
  const emailKey = asked.keys.get(email) ?? email;
  const own = byId.get(customer_id) ?? byEmail.get(emailKey);
  const customerId = own ?? customer_id;
  const holder = current.get(emailKey) ?? byEmail.get(emailKey);
  const isEmailOfOther = holder !== undefined && holder !== customerId;
  const isRepeat = seen.has(customerId) || known.has('customer', customerId);
  const aliases = byId.has(customer_id) ? [] : [customer_id];
  if (!isEmailOfOther && !byEmail.has(standInCustomerId(email))) aliases.push(standInCustomerId(email));
  remember(asked, customerId, [customer_id, emailKey, standInCustomerId(email)]);
  return {
    customerId,
    isKnown: own !== undefined,
    isRepeat,
    emailKey,
    isEmailOfOther,
    aliases,
  };
}

/** For the rows that follow. Whoever is known already stays who they are. */
function remember({ byId, byEmail, seen }: Asked, customerId: string, [id, ...emailKeys]: [string, ...string[]]) {
  seen.add(customerId);
  if (!byId.has(id)) byId.set(id, customerId);
  for (const key of emailKeys) if (!byEmail.has(key)) byEmail.set(key, customerId);
}
