import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    env: { POWERTOOLS_METRICS_DISABLED: 'true', AWS_REGION: 'eu-central-1' },
    coverage: {
      provider: 'v8',
      include: ['src/lib/**/*.ts', 'src/cli/**/*.ts', 'src/contracts/**/*.ts'],
      reporter: ['text', 'json-summary'],
      thresholds: { lines: 95, branches: 95 },
    },
  },
});
