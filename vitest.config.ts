import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Without this graphql is loaded twice (its CommonJS and its ESM build) and refuses schemas "from another realm".
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/kit/private-mysql.global.ts'],
    setupFiles: ['reflect-metadata'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
