import { createHash } from 'node:crypto';
import { type QueryExecutorProvider, sql } from 'kysely';
import { canonicalJson } from '../canonical-json.ts';
import { isRepeatOf } from '../database/transaction.ts';
import { type Refusal, refusal, UserErrorCode } from '../refusal.ts';

export interface KeyedRequest {
  /** Whose key it is, in any length: another caller's equal key is another key. Stored as its SHA-256. */
  caller: string;
  mutation: string;
  /** The client's key; null runs the work without one. */
  key: string | null;
  /** Everything the client asked for, without the key. */
  input: unknown;
}

/**
 * Runs `work` once for a key, in the transaction that also stores the key. A repeat with the same input gets the first
 * result, refusals included; a repeat with other input is refused. Two at once are settled by the primary key: the
 * second insert waits for the first transaction, so there is no moment in which both believe they are first.
 * @param work returns a JSON value: ids, not objects, since the answer is rebuilt under the caller's own rights.
 */
export async function oncePerKey<T>(
  tx: QueryExecutorProvider,
  request: KeyedRequest,
  work: () => Promise<T>,
): Promise<T | Refusal> {
  if (request.key === null) return work();
  const inputHash = sha256(canonicalJson(request.input));
  if (!(await claim(tx, request, inputHash))) return firstResult<T>(tx, request, inputHash);
  const result = await work();
  await sql`UPDATE idempotency_keys SET result = ${JSON.stringify(result)} WHERE ${sameKey(request)}`.execute(tx);
  return result;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function claim(tx: QueryExecutorProvider, request: KeyedRequest, inputHash: string): Promise<boolean> {
  try {
    await sql`INSERT INTO idempotency_keys (caller, mutation, idempotency_key, input_hash, result)
      VALUES (${sha256(request.caller)}, ${request.mutation}, ${request.key}, ${inputHash}, 'null')`.execute(tx);
    return true;
  } catch (error) {
    if (isRepeatOf(error, 'PRIMARY')) return false;
    throw error;
  }
}

async function firstResult<T>(tx: QueryExecutorProvider, request: KeyedRequest, inputHash: string) {
  const { rows } = await sql<{ input_hash: string; result: T }>`
    SELECT input_hash, result FROM idempotency_keys WHERE ${sameKey(request)}`.execute(tx);
  const first = rows[0];
  if (first === undefined) throw new Error('An idempotency key was there and then was not; nothing was written.');
  if (first.input_hash === inputHash) return first.result;
  return refusal(
    UserErrorCode.IDEMPOTENCY_KEY_REUSED,
    'This idempotencyKey was used with other input. Use a new key for a new request.',
    'input',
    'idempotencyKey',
  );
}

function sameKey({ caller, mutation, key }: KeyedRequest) {
  return sql`caller = ${sha256(caller)} AND mutation = ${mutation} AND idempotency_key = ${key}`;
}
