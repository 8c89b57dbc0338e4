import { readFile, writeFile } from 'node:fs/promises';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { drawLifecycle } from '../modules/careportals/subscriptions/draw-lifecycle.ts';
import { modules } from '../modules.ts';
import { buildGraph } from '../platform/graphql/build-schema.ts';

/**
 * `npm run schema`: writes what is made from the code. schema.graphql is sorted, so that a change of the graph is a
 * change one can read; the diagram in docs/subscriptions.md comes from the lifecycle's rules.
 */
const text = `${printSchema(lexicographicSortSchema(buildGraph(modules)))}\n`;
await writeFile('schema.graphql', text);
process.stdout.write(`schema.graphql: ${text.split('\n').length} lines\n`);

const PAGE = 'docs/subscriptions.md';
const page = await readFile(PAGE, 'utf8');
const block = /(?<=<!-- made by npm run schema -->\n).*?(?=\n<!-- end -->)/s;
await writeFile(
  PAGE,
  page.replace(block, () => drawLifecycle()),
);
process.stdout.write(`${PAGE}: the lifecycle's rules\n`);
