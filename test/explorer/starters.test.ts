import { getOperationAST, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { starters } from '../../src/explorer/page/starters.ts';
import { modules } from '../../src/modules.ts';
import { buildGraph } from '../../src/platform/graphql/build-schema.ts';

const graph = buildGraph(modules);

describe('the starter tabs', () => {
  test('are a query, a mutation, search and figures, what came in, and one live subscription', () => {
    const kinds = starters.map(({ query }) => getOperationAST(parse(query))?.operation);
    expect(kinds).toEqual(['query', 'mutation', 'query', 'query', 'subscription']);
  });

  test.each(starters)('are valid: $query', ({ query, variables = '{}' }) => {
    expect(validate(graph, parse(query)).map((error) => error.message)).toEqual([]);
    expect(() => JSON.parse(variables)).not.toThrow();
  });

  test('leave the first without variables, which GraphiQL would not show', () => {
    expect(starters[0]?.variables).toBeUndefined();
  });
});
