import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FieldResolver, Int, Resolver } from 'type-graphql';
import { describe, expect, test } from 'vitest';
import { CustomerType } from '../../src/modules/careportals/index.ts';
import { careportals } from '../../src/modules/careportals/module.ts';
import { modules } from '../../src/modules.ts';
import { buildGraph } from '../../src/platform/graphql/build-schema.ts';
import type { Module } from '../../src/platform/module.ts';

@Resolver(() => CustomerType)
class PointsOfCustomer {
  @FieldResolver(() => Int, { description: 'Points of the example.' })
  examplePoints(): number {
    return 1;
  }
}

const example: Module = {
  name: 'example',
  entities: [],
  resolvers: [PointsOfCustomer],
  sources: [],
  feeds: [],
  jobs: [],
  inboxSources: () => [],
  accounts: { tables: {}, views: {} },
};

describe('a module', () => {
  test('hangs a field on a type of the core; without the module the field is not there', () => {
    // In this order: type-graphql keeps what it once collected for as long as the process lives.
    const without = fieldsOfCustomer(modules);
    expect(without).not.toContain('examplePoints');
    expect(fieldsOfCustomer([careportals, example])).toEqual([...without, 'examplePoints'].sort());
  });
});

describe('imports run one way', () => {
  test('the platform knows no module', async () => {
    expect(await importsOf('src/platform', /\/modules/)).toEqual([]);
  });

  test('a verb knows neither GraphQL nor HTTP', async () => {
    const verbs = /\/[a-z]+(-[a-z]+)+\.ts$/;
    const lines = await importsOf('src/modules/careportals', /from '(type-graphql|graphql|express|@apollo\/.*)'/);
    expect(
      lines.filter(([file]) => verbs.test(file) && !/\.(resolver|type|input|live|connection)\.ts$/.test(file)),
    ).toEqual([]);
  });

  test('the core imports no other module', async () => {
    expect(
      await importsOf('src/modules/careportals', /from '(\.\.\/)+(modules\/)?(loyalty|growth|journey|recovery)/),
    ).toEqual([]);
  });
});

function fieldsOfCustomer(of: readonly Module[]): string[] {
  const type = buildGraph(of).getType('Customer');
  return Object.keys((type as { getFields(): object } | undefined)?.getFields() ?? {}).sort();
}

/** Import lines below a folder that match, each with its file. */
async function importsOf(folder: string, pattern: RegExp): Promise<[file: string, line: string][]> {
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
  expect(files.length).toBeGreaterThan(10);
  const found: [string, string][] = [];
  for (const file of files) {
    const lines = (await readFile(file, 'utf8'))
      .split('\n')
      .filter((line) => /^(import|export) .*from |^} from /.test(line));
    for (const line of lines) if (pattern.test(line)) found.push([file, line]);
  }
  return found;
}
