import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    env: { POWERTOOLS_METRICS_DISABLED: 'true', AWS_REGION: 'eu-central-1' },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text', 'json-summary'],
      // Of the rest the table tells; its gate comes with a figure from a machine at rest.
      thresholds: { 'src/lib/**/*.ts': { lines: 95, branches: 95 } },
    },
  },
});
