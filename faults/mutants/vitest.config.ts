import { defineConfig } from 'vitest/config';
import { mutated } from './mutate.ts';

const { MUTANT } = process.env;
/** The new text of the files that the mutant in the environment changes. Without a mutant it is empty. */
const texts = MUTANT === undefined ? new Map<string, string>() : mutated(JSON.parse(MUTANT));

/** Runs tests with the relay as a mutant has it. */
export default defineConfig({
  plugins: [{ name: 'mutant', enforce: 'pre', load: (id) => texts.get(id) }],
  test: {
    // The cache knows a module by its original text, not by the text that a mutant has.
    fsModuleCache: false,
    testTimeout: 20_000,
    env: { POWERTOOLS_METRICS_DISABLED: 'true', AWS_REGION: 'eu-central-1' },
  },
});
