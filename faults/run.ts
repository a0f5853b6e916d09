import { exceeded, missing } from './catalogue.ts';
import { AWKWARD, USUAL } from './change-kinds.ts';
import { check, type Verdict } from './checker.ts';
import { DEFAULT_MIX, HARSH_MIX } from './mix.ts';
import { plan } from './producers.ts';
import { createRandomFaults } from './random-faults.ts';
import { simulate } from './simulation.ts';
import { DEPLOYMENTS } from './world/deployed.ts';
import { createRandom } from './world/random.ts';

/** What one run of a seed came to. */
export interface RunReport extends Verdict {
  seed: number;
  profile: Profile;
  fired: Record<string, number>;
  /** Rows of the catalogue that fired too seldom. */
  missing: string[];
  /** Bounds that it went over. */
  exceeded: string[];
}

export type Profile = keyof typeof PROFILES;

const DEFAULT = { mix: DEFAULT_MIX, tasks: 700, sequenced: 0.5, burst: 8, habits: USUAL };
const PROFILES = {
  default: DEFAULT,
  harsh: { ...DEFAULT, mix: HARSH_MIX, tasks: 300, burst: 25, habits: AWKWARD },
  standard: { ...DEFAULT, sequenced: 1 },
};

/** Each worker's clock is off by at most this, in milliseconds, so that two differ by no more than the relay allows for. */
const SKEW = 5000;

/** Runs one seed: the same seed, profile and number of changes give the same run. */
export async function run(seed: number, changes: number, profile: Profile, skew = SKEW): Promise<RunReport> {
  const random = createRandom(seed);
  const { mix, tasks, ...habits } = PROFILES[profile];
  const share = changes / 10_000;
  const size = { changes, tasks: Math.ceil(tasks * share), poison: Math.round(3 * share) };
  const planned = plan({ ...size, ...habits, rate: 3, regrouped: 0.02 }, random);
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
    missing: profile === 'default' ? missing(faults.counts, changes) : [],
    exceeded: profile === 'default' ? exceeded(verdict.counts) : [],
  };
}
