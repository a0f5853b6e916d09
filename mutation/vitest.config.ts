import { defineConfig } from 'vitest/config';
import { QuickestFirst } from './quickest-first.ts';

const folders = process.env.MUTATION_JUDGES?.split(' ') ?? ['**'];

/**
 * The tests that judge mutants. Those of what bad input costs stay out: they fail by themselves when the machine has other
 * work, and would be taken for the death of a mutant. A mutant that only they see counts as survived.
 */
export default defineConfig({
  test: {
    include: folders.map((folder) => `test/lib/${folder}/*.test.ts`),
    exclude: ['test/lib/change/bad-input*.test.ts', 'test/lib/change/costs.test.ts'],
    sequence: { sequencer: QuickestFirst },
    setupFiles: ['mutation/warm.ts'],
    testTimeout: 20_000,
    env: { POWERTOOLS_METRICS_DISABLED: 'true', AWS_REGION: 'eu-central-1' },
  },
});
