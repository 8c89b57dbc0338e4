import type { Kysely } from 'kysely';
import type { Orm } from './connect.ts';
import { inTransaction } from './transaction.ts';

class Undone<T> extends Error {
  readonly result: T;

  constructor(result: T) {
    super('Undone as planned.');
    this.result = result;
  }
}

/**
 * Runs `work` in a transaction that is always rolled back, to see what would come of it. What it writes is locked and
 * seen by nobody meanwhile.
 * @throws like inTransaction, and what `work` throws.
 */
export async function undone<Tables, T>(orm: Orm, work: (tx: Kysely<Tables>) => Promise<T>): Promise<T> {
  try {
    return await inTransaction<Tables, never>(orm, async (tx) => {
      throw new Undone(await work(tx));
    });
  } catch (error) {
    if (error instanceof Undone) return error.result as T;
    throw error;
  }
}
