import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Absolute, because the page lives at /explorer without a closing slash: relative assets would be looked for in /.
  base: '/explorer/',
  // graphql ships a CommonJS and an ES build; bundling both gives two classes of one name, and GraphiQL's checks fail.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.mjs' }] },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Monaco alone is above Vite's half megabyte; it is loaded once, from the same machine or cached for good.
    chunkSizeWarningLimit: 5000,
    reportCompressedSize: false,
  },
});
