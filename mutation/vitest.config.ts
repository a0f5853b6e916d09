import { defineConfig } from 'vitest/config';
import { QuickestFirst } from './quickest-first.ts';

const folders = process.env.MUTATION_JUDGES?.split(' ') ?? ['**'];

/**
 * The tests that run for mutants. The tests of bad input are left out, because they try thousands of inputs. A mutant that
 * only they notice counts as survived.
 */
export default defineConfig({
  test: {
    include: folders.map((folder) => `test/lib/${folder}/*.test.ts`),
    exclude: ['test/lib/change/bad-input*.test.ts'],
    sequence: { sequencer: QuickestFirst },
    setupFiles: ['mutation/warm.ts'],
    testTimeout: 20_000,
    env: { POWERTOOLS_METRICS_DISABLED: 'true', AWS_REGION: 'eu-central-1' },
  },
});
