import type { PlannedMessage } from './change.ts';
import { check } from './checker.ts';
import { delaysOf, percentile } from './delays.ts';
import { OTHER_PROJECT } from './draft.ts';
import type { Evidence } from './evidence.ts';
import { sentencesOf } from './findings.ts';
import { updateAt } from './producers.ts';
import { CALM, simulate } from './simulation.ts';
import { createClock } from './world/clock.ts';
import { type Faults, noFaults } from './world/faults.ts';
import { createRandom, type Random } from './world/random.ts';

/** The number of tasks at which every call answers 500, and the time between changes of healthy tasks, in milliseconds. */
interface Mixture {
  sick: number;
  every: number;
  /** True if the sick tasks are in a project of their own. Each gets one change, so that the breaker never knows it. */
  apart?: true;
}

/** How long the changes of healthy tasks waited beside sick ones. */
interface SickReport {
  mixtures: (Mixture & Delays)[];
  problems: string[];
}

interface Delays {
  healthy: number;
  /** The number of healthy changes that took longer than `LATE`. */
  late: number;
  /** The longest time of one from its first message to its result, in milliseconds. */
  longest: number;
}

const MINUTE = 60_000;
/** How long changes are sent. */
const SPAN = 180 * MINUTE;
/** The time between two changes of a sick task. */
const SICK_EVERY = 10 * MINUTE;
/** A change that has to wait for nothing takes less than this. */
const LATE = 2000;

/** From one sick task among busy ones to twenty among few. */
export const MIXTURES: readonly Mixture[] = [
  { sick: 1, every: MINUTE },
  { sick: 5, every: MINUTE },
  { sick: 5, every: 10 * MINUTE },
  { sick: 20, every: MINUTE },
  { sick: 20, every: MINUTE / 6 },
  { sick: 450, every: MINUTE, apart: true },
];

/**
 * A project delays no other. Within a project, five sick tasks delay no healthy change by more than a minute. With twenty, each may probe once before the breaker knows that
 * it is sick. Each such probe doubles the wait until a healthy change comes.
 */
const maxDelay = ({ sick, apart }: Mixture) => (apart ? LATE : (sick > 5 ? 3 : 1) * MINUTE);

/** Runs healthy changes beside tasks at which the provider fails, in each of the mixtures. */
export async function runSick(seed: number, mixtures = MIXTURES): Promise<SickReport> {
  const report: SickReport = { mixtures: [], problems: [] };
  for (const mixture of mixtures) {
    const { evidence, isHealthy } = await runMixture(mixture, seed);
    const delays = measure(evidence, isHealthy);
    report.mixtures.push({ ...mixture, ...delays });
    report.problems.push(...sentencesOf(nameOf(mixture), check(evidence).findings), ...problemsOf(mixture, delays));
  }
  return report;
}

const nameOf = ({ sick, every, apart }: Mixture) =>
  `${sick} sick tasks${apart ? ' of another project' : ''}, a healthy change every ${every / 1000} s`;

/** A sentence if a change took longer than allowed. */
export function problemsOf(mixture: Mixture, { longest }: Delays): string[] {
  const max = maxDelay(mixture);
  return longest > max ? [`${nameOf(mixture)}: one took ${longest} ms, more than ${max}`] : [];
}

async function runMixture({ sick, every, apart }: Mixture, seed: number) {
  const random = createRandom(seed);
  const failing = Array.from({ length: sick }, (_, task) =>
    apart
      ? updateAt(random.between(0, SPAN), `sick-${task}`, 1, random, OTHER_PROJECT)
      : changesOf(`sick-${task}`, SICK_EVERY, random.between(0, SICK_EVERY), random),
  ).flat();
  // Each healthy task gets only one change, so the breaker does not know that it is healthy.
  const healthy = Array.from({ length: Math.floor(SPAN / every) }, (_, task) =>
    updateAt(task * every + random.between(0, every), `healthy-${task}`, 1, random),
  );
  const sickUids = new Set(failing.map(({ change }) => change.uid));
  const clock = createClock();
  const end = clock.now() + SPAN;
  const answer = (uid: string, failure: string) => (sickUids.has(uid) && clock.now() <= end ? failure : 'ok');
  const faults: Faults = {
    ...noFaults,
    call: (uid) => answer(uid, 'error_500'),
    read: (uid) => answer(uid, 'read_500'),
  };
  const planned = [...failing, ...healthy].sort((a, b) => a.at - b.at);
  const evidence = await simulate(planned, { ...CALM, clock, breaker: true }, faults, random);
  return { evidence, isHealthy: (uid: string) => !sickUids.has(uid) };
}

const changesOf = (task: string, every: number, first: number, random: Random): PlannedMessage[] =>
  Array.from({ length: Math.ceil((SPAN - first) / every) }, (_, place) =>
    updateAt(first + place * every, task, place + 1, random),
  );

function measure(evidence: Evidence, isHealthy: (uid: string) => boolean): Delays {
  const delays = delaysOf(evidence, ({ change }) => isHealthy(change.uid));
  return {
    healthy: delays.length,
    late: delays.filter((delay) => delay > LATE).length,
    longest: percentile(delays, 1),
  };
}
