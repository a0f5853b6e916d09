import { type PlannedMessage, planMessage } from './change.ts';
import { check } from './checker.ts';
import { createOnline, createSms } from './create-calls.ts';
import type { MakeDraft } from './draft.ts';
import type { Findings } from './findings.ts';
import { toChange } from './producers.ts';
import { CALM, simulate } from './simulation.ts';
import { type Faults, noFaults } from './world/faults.ts';
import { nameKey, sourceKey } from './world/natural-keys.ts';
import { createRandom } from './world/random.ts';

/** The findings of runs in which lists show each new task late, by what is created. */
export async function runLateLists(seed: number): Promise<Record<string, Findings>> {
  return {
    'tasks of a name': await runTwice(seed, createOnline, (number) => nameKey(`move-${number}`)),
    // Only sources with odd numbers have no task from the beginning.
    'tasks of a source': await runTwice(seed, createSms, (number) => sourceKey(`source-${2 * number + 1}`)),
  };
}

const COUNT = 30;
const BETWEEN = 3000;
const SECOND = ' again';

/** Two changes that ask for exactly the same, one soon after the other. The second gets no reply. */
async function runTwice(seed: number, make: MakeDraft, keyOf: (number: number) => string): Promise<Findings> {
  const random = createRandom(seed);
  const planned = Array.from({ length: COUNT }, (_, number): PlannedMessage[] => {
    const key = keyOf(number);
    const draft = make(key.slice(key.indexOf('/') + 1), random, { alike: 1, hidden: 0 });
    const [first, second] = [`u${number}`, `u${number}${SECOND}`];
    return [
      planMessage(toChange(draft, key, first, first), number * 1000),
      planMessage(toChange(draft, key, second, second), number * 1000 + BETWEEN),
    ];
  }).flat();
  const faults: Faults = {
    ...noFaults,
    lists: { late: 1, tooLate: 0 },
    call: (uid) => (uid.endsWith(SECOND) ? random.pick(['timeout', 'error_500', 'ok']) : 'ok'),
  };
  return check(await simulate(planned, CALM, faults, random)).findings;
}
