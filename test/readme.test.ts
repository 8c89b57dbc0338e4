import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { seedDemoData } from '../src/modules/careportals/demo/seed-demo-data.ts';
import { settingsTable } from '../src/platform/settings-table.ts';
import { DEMO_CUSTOMERS } from '../src/seed-once.ts';
import { createTestApp } from './kit/test-app.ts';

const SHOWN =
  /<!-- shown: query -->\n```graphql\n([\s\S]*?)```\n[\s\S]*?<!-- shown: answer -->\n```json\n([\s\S]*?)```/g;

let readme: string;
beforeAll(async () => {
  readme = await readFile('README.md', 'utf8');
});

describe('the README', () => {
  test.each([
    ['today', undefined],
    ['on another day', new Date('2027-03-15T00:00:00Z')],
  ])('shows true answers: what a stranger copies %s gives what stands below it', async (_day, asOf) => {
    const server = await createTestApp(asOf === undefined ? {} : { clock: { now: () => asOf } });
    onTestFinished(() => server.stop());
    await seedDemoData(server.database.orm, { customers: DEMO_CUSTOMERS, asOf });
    const token = await server.token({ role: 'admin' });
    const examples = [...readme.matchAll(SHOWN)];
    expect(examples.length).toBe(5);
    for (const [, query = '', answer = ''] of examples) {
      const { data, errors } = await server.ask(token, query);
      expect({ data, errors }).toEqual({ ...(JSON.parse(answer) as object), errors: undefined });
    }
  });

  test('lists the settings that are read, with their defaults', () => {
    expect(readme).toContain(settingsTable());
  });

  test('names only commands that exist', async () => {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/npm run (?:-s )?([a-z:]+)/g)].map(([, name]) => name ?? '');
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});
