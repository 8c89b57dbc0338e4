import { writeFile } from 'node:fs/promises';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { modules } from '../modules.ts';
import { buildGraph } from '../platform/graphql/build-schema.ts';

/** `npm run schema`: writes schema.graphql, sorted, so that a change of the graph is a change one can read. */
const text = `${printSchema(lexicographicSortSchema(buildGraph(modules)))}\n`;
await writeFile('schema.graphql', text);
process.stdout.write(`schema.graphql: ${text.split('\n').length} lines\n`);
