import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Node.js would take `#digest` from dist; tests of the sources take it from there.
  resolve: { alias: { '#digest': fileURLToPath(new URL('./src/digest.node.ts', import.meta.url)) } },
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, pool: 'threads', maxWorkers: 2 },
});
