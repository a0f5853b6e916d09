import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    // Vitest would leave one core idle, which on a machine with two is half of it.
    maxWorkers: '100%',
    env: {
      POWERTOOLS_METRICS_DISABLED: 'true',
      AWS_REGION: 'eu-central-1',
      // The programs that tests start load their modules faster a second time.
      NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
    },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text', 'json-summary'],
      // Of the rest the table tells; its gate comes with a figure from a machine at rest.
      thresholds: { 'src/lib/**/*.ts': { lines: 95, branches: 95 } },
    },
  },
});
