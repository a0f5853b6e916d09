import type { PlannedMessage } from './change.ts';
import { check } from './checker.ts';
import { delaysOf, percentile } from './delays.ts';
import type { Evidence } from './evidence.ts';
import { type Findings, sentencesOf } from './findings.ts';
import { updateAt } from './producers.ts';
import { CALM, simulate } from './simulation.ts';
import { createClock } from './world/clock.ts';
import { type Faults, noFaults } from './world/faults.ts';
import { createRandom, type Random } from './world/random.ts';

/** The number of tasks at which every call answers 500, and the time between changes of healthy tasks, in milliseconds. */
export interface Mixture {
  sick: number;
  every: number;
}

/** What the changes of healthy tasks waited beside sick ones. */
export interface SickReport {
  mixtures: (Mixture & Measured)[];
  problems: string[];
}

interface Measured {
  healthy: number;
  /** Healthy changes that took longer than `LATE`. */
  late: number;
  /** The longest that one took from its sending to its result, in milliseconds. */
  longest: number;
}

const MINUTE = 60_000;
/** Changes are sent until then. */
const SPAN = 180 * MINUTE;
/** A sick task gets a change so often. */
const SICK_EVERY = 10 * MINUTE;
/** What a change takes that waits for nothing. */
const LATE = 2000;

/** From one sick task among busy ones to twenty among few. */
export const MIXTURES: readonly Mixture[] = [
  { sick: 1, every: MINUTE },
  { sick: 5, every: MINUTE },
  { sick: 5, every: 10 * MINUTE },
  { sick: 20, every: MINUTE },
  { sick: 20, every: MINUTE / 6 },
];

/**
 * Five sick tasks delay no healthy change by more than a minute. Of twenty each may probe once before it is known, and each
 * such probe doubles the wait until a healthy change is at hand.
 */
export const mostDelay = ({ sick }: Mixture) => (sick > 5 ? 3 : 1) * MINUTE;

/** Carries healthy changes beside tasks at which the provider fails, in each of the mixtures. */
export async function runSick(seed: number): Promise<SickReport> {
  const report: SickReport = { mixtures: [], problems: [] };
  for (const mixture of MIXTURES) {
    const { findings, ...measured } = await measureMixture(mixture, seed);
    report.mixtures.push({ ...mixture, ...measured });
    report.problems.push(...sentencesOf(nameOf(mixture), findings), ...problemsOf(mixture, measured));
  }
  return report;
}

/** What the healthy changes of one mixture waited, and what its run broke. */
export async function measureMixture(mixture: Mixture, seed: number): Promise<Measured & { findings: Findings }> {
  const { evidence, isHealthy } = await runMixture(mixture, seed);
  return { ...measure(evidence, isHealthy), findings: check(evidence).findings };
}

const nameOf = ({ sick, every }: Mixture) => `${sick} sick tasks, a healthy change every ${every / 1000} s`;

/** What of the measured is worse than it may be. */
export function problemsOf(mixture: Mixture, { longest }: Measured): string[] {
  const most = mostDelay(mixture);
  return longest > most ? [`${nameOf(mixture)}: one took ${longest} ms, more than ${most}`] : [];
}

async function runMixture({ sick, every }: Mixture, seed: number) {
  const random = createRandom(seed);
  const sickly = Array.from({ length: sick }, (_, task) =>
    changesOf(`sick-${task}`, SICK_EVERY, random.between(0, SICK_EVERY), random),
  ).flat();
  // Each task gets a change a day or so: a healthy one is not known to be healthy.
  const healthy = Array.from({ length: Math.floor(SPAN / every) }, (_, task) =>
    updateAt(task * every + random.between(0, every), `healthy-${task}`, 1, random),
  );
  const isSick = new Set(sickly.map(({ change }) => change.uid));
  const clock = createClock();
  const end = clock.now() + SPAN;
  const answer = (uid: string, failure: string) => (isSick.has(uid) && clock.now() <= end ? failure : 'ok');
  const faults: Faults = {
    ...noFaults,
    call: (uid) => answer(uid, 'error_500'),
    read: (uid) => answer(uid, 'read_500'),
  };
  const planned = [...sickly, ...healthy].sort((a, b) => a.at - b.at);
  const evidence = await simulate(planned, { ...CALM, clock, breaker: true }, faults, random);
  return { evidence, isHealthy: (uid: string) => !isSick.has(uid) };
}

const changesOf = (task: string, every: number, first: number, random: Random): PlannedMessage[] =>
  Array.from({ length: Math.ceil((SPAN - first) / every) }, (_, place) =>
    updateAt(first + place * every, task, place + 1, random),
  );

function measure(evidence: Evidence, isHealthy: (uid: string) => boolean): Measured {
  const delays = delaysOf(evidence, ({ change }) => isHealthy(change.uid));
  return {
    healthy: delays.length,
    late: delays.filter((delay) => delay > LATE).length,
    longest: percentile(delays, 1),
  };
}
