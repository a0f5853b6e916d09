import { deployInDoubt } from './deploy-in-doubt.ts';
import { type Findings, sentencesOf } from './findings.ts';
import { runLateLists } from './late-lists.ts';
import { runMatrix } from './matrix.ts';
import { lateLocks } from './measurements.ts';
import { runOutage } from './outage.ts';
import { besidePoison } from './poison-delay.ts';
import { type Profile, run } from './run.ts';

type Search = (seed: number) => Promise<string[]>;

/** A run with random faults. Runs of the same mix differ in their seed. */
function inRun(profile: Profile, changes: number, next: number): Search {
  return async (first) => {
    const { seed, findings } = await run(first + next, changes, profile);
    return sentencesOf(`${changes} changes of the ${profile} mix, seed ${seed}`, findings);
  };
}

/** Runs of several situations, each with its name. */
const inSituations =
  (what: string, runAll: (seed: number) => Promise<Record<string, Findings>>): Search =>
  async (seed) =>
    Object.entries(await runAll(seed)).flatMap(([name, findings]) => sentencesOf(`${what} ${name}`, findings));

/** The searches for a mutant, the quickest first: small runs, runs of one situation, then larger runs. */
const SEARCHES: readonly Search[] = [
  inRun('default', 800, 0),
  inRun('harsh', 800, 1),
  async (seed) => sentencesOf('locks that take effect late', (await lateLocks(100, seed)).findings),
  inSituations('a deployment brings', deployInDoubt),
  inSituations('lists are late for', runLateLists),
  async (seed) => (await runOutage('silent', 300, seed)).problems,
  (seed) => besidePoison(40, seed),
  async () => (await runMatrix()).failures,
  inRun('harsh', 3000, 2),
  inRun('default', 3000, 3),
  inRun('harsh', 3000, 4),
  inRun('default', 6000, 5),
];

/** The first finding in the relay as this thread loads it. Undefined if there is none: then a mutant survives. */
export async function findViolation(seed: number): Promise<string | undefined> {
  for (const search of SEARCHES) {
    const [found] = await search(seed);
    if (found !== undefined) return found;
  }
  return undefined;
}
