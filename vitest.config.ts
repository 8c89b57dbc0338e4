import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** It hangs a field on a type of the core, and type-graphql keeps that for as long as the process lives. */
const ALONE = ['test/platform/module.test.ts'];

/** The graph once more, without the writers of answers; a MySQL of its own makes it dear. */
const PLAIN = {
  extends: true as const,
  test: {
    name: 'plain execution',
    include: ['test/graph/**/*.test.ts', 'test/platform/graphql/{errors,limits}.test.ts'],
    env: { TEST_EXECUTION: 'plain' },
    globalSetup: ['test/kit/private-mysql.global.ts'],
    isolate: false,
  },
};

export default defineConfig({
  // Without this graphql is loaded twice (its CommonJS and its ESM build) and refuses schemas "from another realm".
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    setupFiles: ['reflect-metadata'],
    // By default one core is left out. Files wait for MySQL and for processes as much as they work: three keep two busy.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // They end what hangs, and say nothing of speed: a machine may be slow and have other things to do.
    expect: { poll: { timeout: 30_000 } },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'server',
          include: ['test/**/*.test.ts'],
          exclude: ALONE,
          globalSetup: ['test/kit/private-mysql.global.ts'],
          // A worker loads the server once and not for each file, which is a third of all CPU: a file leaves nothing behind.
          isolate: false,
        },
      },
      ...(process.env.LONG_TESTS ? [PLAIN] : []),
      { extends: true, test: { name: 'alone', include: ALONE } },
    ],
  },
});
