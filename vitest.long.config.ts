import { defineConfig } from 'vitest/config';

/** What `npm test` leaves out: bounds in milliseconds, which want a machine at rest, and what takes minutes by itself. */
export default defineConfig({
  test: {
    include: ['test/**/*.long.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    env: { POWERTOOLS_METRICS_DISABLED: 'true', AWS_REGION: 'eu-central-1' },
  },
});
