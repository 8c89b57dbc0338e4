import { createHash } from 'node:crypto';
import { type Kysely, type QueryExecutorProvider, sql } from 'kysely';
import { canonicalJson } from '../canonical-json.ts';
import type { Orm } from '../database/connect.ts';
import { fromInstant, type Instant, toInstant } from '../database/instant.ts';
import { inTransaction, isRepeatOf } from '../database/transaction.ts';
import { type Refusal, refusal, UserErrorCode } from '../refusal.ts';

export interface KeyedRequest {
  /** Whose key it is, in any length: another caller's equal key is another key. Stored as its SHA-256. */
  caller: string;
  mutation: string;
  /** The client's key; null runs the work without one. */
  key: string | null;
  /** Everything the client asked for, without the key. */
  input: unknown;
  /** Our clock when it was asked for. */
  at: Instant;
}

/** How long a key makes a repeat give the first result, in milliseconds. From then on it is free. */
export const KEY_KEPT_MS = 24 * 60 * 60_000;

/**
 * Runs `work` in a transaction (see inTransaction) and stores its result under the key in the same one. A repeat with
 * the same input gets the first result, refusals included; a repeat with other input is refused.
 *
 * The key goes in last, since repeats are rare: whoever then meets it (1062) has all that it did rolled back and is
 * answered from the first one. Of two at once, the second insert waits until the first transaction has ended, so there
 * is no moment in which both believe they are first.
 * @param work returns a JSON value: ids, not objects, since the answer is rebuilt under the caller's own rights.
 * @throws as inTransaction does; and what `work` throws, also on a repeat.
 */
export async function oncePerKey<Tables, T>(
  orm: Orm,
  request: KeyedRequest,
  work: (tx: Kysely<Tables>) => Promise<T>,
): Promise<T | Refusal> {
  if (request.key === null) return inTransaction(orm, work);
  for (let isOverdue = false; ; isOverdue = true) {
    const all = async (tx: Kysely<Tables>) => {
      if (isOverdue) await removeOverdue(tx, request);
      const result = await work(tx);
      await keep(tx, request, result);
      return result;
    };
    try {
      return await inTransaction(orm, all);
    } catch (error) {
      if (!isRepeatOf(error, 'idempotency_keys.PRIMARY')) throw error;
    }
    const first = await inTransaction(orm, (tx) => firstOf<T>(tx, request));
    // Else it is too old to count, or was removed for that just now.
    if (first !== null) return first.answer;
  }
}

async function keep(tx: QueryExecutorProvider, request: KeyedRequest, result: unknown): Promise<void> {
  const { caller, mutation, key, input, at } = request;
  await sql`INSERT INTO idempotency_keys (caller, mutation, idempotency_key, input_hash, result, created_at)
    VALUES (${sha256(caller)}, ${mutation}, ${key}, ${inputHash(input)}, ${JSON.stringify(result)}, ${at})`.execute(tx);
}

/** What the first request with this key got, or the refusal if it asked for something else; null if it does not count. */
async function firstOf<T>(tx: QueryExecutorProvider, request: KeyedRequest): Promise<{ answer: T | Refusal } | null> {
  const { rows } = await sql<{ input_hash: string; result: T }>`SELECT input_hash, result FROM idempotency_keys
    WHERE ${isSameKey(request)} AND created_at > ${overdueBy(request)}`.execute(tx);
  const first = rows[0];
  if (first === undefined) return null;
  return { answer: first.input_hash === inputHash(request.input) ? first.result : reused() };
}

function reused(): Refusal {
  return refusal(
    UserErrorCode.IDEMPOTENCY_KEY_REUSED,
    'This idempotencyKey was used with other input. Use a new key for a new request.',
    'input',
    'idempotencyKey',
  );
}

async function removeOverdue(tx: QueryExecutorProvider, request: KeyedRequest): Promise<void> {
  await sql`DELETE FROM idempotency_keys
    WHERE ${isSameKey(request)} AND created_at <= ${overdueBy(request)}`.execute(tx);
}

function isSameKey({ caller, mutation, key }: KeyedRequest) {
  return sql`caller = ${sha256(caller)} AND mutation = ${mutation} AND idempotency_key = ${key}`;
}

function overdueBy({ at }: KeyedRequest): Instant {
  return toInstant(new Date(fromInstant(at).getTime() - KEY_KEPT_MS));
}

function inputHash(input: unknown): string {
  return sha256(canonicalJson(input));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
