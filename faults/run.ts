import { findExceeded, findMissing } from './catalogue.ts';
import { AWKWARD, USUAL } from './change-kinds.ts';
import { check, type Verdict } from './checker.ts';
import { DEFAULT_MIX, HARSH_MIX } from './mix.ts';
import { planMessages } from './producers.ts';
import { createRandomFaults } from './random-faults.ts';
import { simulate } from './simulation.ts';
import { DEPLOYMENTS } from './world/deployments.ts';
import { createRandom } from './world/random.ts';

/** The verdict on one run, and which faults occurred. */
export interface RunReport extends Verdict {
  seed: number;
  profile: Profile;
  fired: Record<string, number>;
  /** Sentences about rows of the catalogue that occurred too seldom. */
  missing: string[];
  /** Sentences about bounds that the run went over. */
  exceeded: string[];
}

export type Profile = keyof typeof PROFILES;

const DEFAULT = { mix: DEFAULT_MIX, tasks: 700, sequenced: 0.5, burst: 8, habits: USUAL };
const PROFILES = {
  default: DEFAULT,
  harsh: { ...DEFAULT, mix: HARSH_MIX, tasks: 300, burst: 25, habits: AWKWARD },
  standard: { ...DEFAULT, sequenced: 1 },
};

/** The most that a worker's clock is off, in milliseconds. Two clocks then differ by no more than the relay allows for. */
const SKEW = 5000;

/** Runs changes under random faults. The same seed, profile and number of changes give the same run. */
export async function run(seed: number, changes: number, profile: Profile, skew = SKEW): Promise<RunReport> {
  const random = createRandom(seed);
  const { mix, tasks, ...habits } = PROFILES[profile];
  const share = changes / 10_000;
  const size = { changes, tasks: Math.ceil(tasks * share), poison: Math.round(3 * share) };
  const planned = planMessages({ ...size, ...habits, rate: 3, regrouped: 0.02 }, random);
  const faults = createRandomFaults(mix, random);
  const settings = {
    chances: mix,
    workers: 10,
    skew,
    latest: 55_000,
    standard: profile === 'standard',
    deployments: DEPLOYMENTS,
  };
  const verdict = check(await simulate(planned, settings, faults, random));
  return {
    ...verdict,
    seed,
    profile,
    fired: faults.counts,
    missing: profile === 'default' ? findMissing(faults.counts, changes) : [],
    exceeded: profile === 'default' ? findExceeded(verdict.counts) : [],
  };
}
