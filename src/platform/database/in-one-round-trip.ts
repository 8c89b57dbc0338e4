import { type Compilable, CompiledQuery, type QueryExecutorProvider } from 'kysely';

/**
 * Sends write statements together and waits once: they run in this order, and the first that fails ends the row of them
 * with its error. Only inside a transaction, which the caller then leaves, so that nothing of them stays.
 * @returns what each gave: the number that MySQL gave out (as text; `0` if none).
 */
export async function inOneRoundTrip(
  tx: QueryExecutorProvider & { executeQuery(query: CompiledQuery): Promise<{ rows: unknown[]; insertId?: bigint }> },
  statements: readonly Compilable[],
): Promise<string[]> {
  const compiled = statements.map((statement) => statement.compile());
  const sql = compiled.map((statement) => statement.sql).join(';\n');
  const parameters = compiled.flatMap((statement) => [...statement.parameters]);
  const result = await tx.executeQuery(CompiledQuery.raw(sql, parameters));
  // A single statement answers with its own result, several with a list of theirs.
  if (compiled.length === 1) return [String(result.insertId ?? '0')];
  return (result.rows as { insertId: number | string }[]).map(({ insertId }) => String(insertId));
}
