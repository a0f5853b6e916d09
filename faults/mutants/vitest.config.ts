import { defineConfig } from 'vitest/config';
import { mutated } from './mutate.ts';

const { MUTANT } = process.env;
/** The text of the files that the mutant in the environment changes; none is the relay as it is. */
const texts = MUTANT === undefined ? new Map<string, string>() : mutated(JSON.parse(MUTANT));

/** Tests of the relay as a mutant has it. */
export default defineConfig({
  plugins: [{ name: 'mutant', enforce: 'pre', load: (id) => texts.get(id) }],
  test: {
    // Its key knows the file's own text only, not what a mutant makes of it.
    fsModuleCache: false,
    testTimeout: 20_000,
    env: { POWERTOOLS_METRICS_DISABLED: 'true', AWS_REGION: 'eu-central-1' },
  },
});
