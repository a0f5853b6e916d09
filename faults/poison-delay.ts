import { timesAt } from '../src/lib/relay/times.ts';
import type { Harm } from './change.ts';
import { USUAL } from './change-kinds.ts';
import { check } from './checker.ts';
import { delaysOf, percentile } from './delays.ts';
import type { Evidence } from './evidence.ts';
import { sentencesOf } from './findings.ts';
import { updates } from './measurements.ts';
import { planMessages, planPoison } from './producers.ts';
import { CALM, simulate } from './simulation.ts';
import { isCreation } from './world/calls.ts';
import { noFaults } from './world/faults.ts';
import { createRandom } from './world/random.ts';

const HARMS: readonly Harm[] = ['ends', 'blocks', 'throws'];
/** Changes per second. */
const RATE = 3;

/** How long results took with poison in the queue, compared with the same traffic without it. */
interface PoisonReport {
  changes: number;
  poisoned: number;
  /** How much of the poison ended in the dead-letter queue. */
  buried: number;
  /** How long the other changes took from their first message to their result, in milliseconds. */
  p50: { without: number; with: number };
  p99: { without: number; with: number };
  /** The longest time of one of them beside poison. */
  longest: number;
  problems: string[];
}

/** The 99th percentile may differ by this share of its value without poison. */
const TOLERANCE = 0.1;
/**
 * A message that was received together with poison is delivered again together with it, after the visibility time-out. That
 * may happen once more. From then on each comes at a time of its own, up to twice that time-out later.
 */
const MAX_DELAY = 5 * timesAt(1).visibility;

/** The number of healthy changes that are sent with each poison, and the milliseconds between two poisons. */
const NEIGHBOURS = 4;
const INTERVAL = 120_000;

/** Runs the same changes twice, the second time with one poison message per hundred changes, each in a group of its own. */
export async function runPoison(changes: number, seed: number): Promise<PoisonReport> {
  const poisoned = Math.round(changes / 100);
  const [clean, mixed] = [await runWith(changes, 0, seed), await runWith(changes, poisoned, seed)];
  const [without, delays] = [delaysBeside(clean), delaysBeside(mixed)];
  const measured = {
    changes,
    poisoned,
    buried: mixed.dead.filter((uid) => mixed.accepted.get(uid)?.change.kind === 'poison').length,
    p50: { without: percentile(without, 0.5), with: percentile(delays, 0.5) },
    p99: { without: percentile(without, 0.99), with: percentile(delays, 0.99) },
    longest: percentile(delays, 1),
  };
  const findings = [
    ...sentencesOf('without poison', check(clean).findings),
    ...sentencesOf('with poison', check(mixed).findings),
  ];
  return { ...measured, problems: [...findings, ...problemsOf(measured), ...(await besidePoison(poisoned, seed))] };
}

/** Runs healthy changes that are sent together with poison while the queue is otherwise empty. Returns sentences about what went wrong. */
export async function besidePoison(poisoned: number, seed: number): Promise<string[]> {
  const random = createRandom(seed);
  const healthy = updates(poisoned * NEIGHBOURS, INTERVAL / NEIGHBOURS, (index) => `task-${index}`, random);
  const planned = healthy.flatMap((message, index) => {
    const [count, place] = [Math.floor(index / NEIGHBOURS), index % NEIGHBOURS];
    const at = count * INTERVAL;
    return [...(place === 0 ? [poisonOf(count, at)] : []), { ...message, at }];
  });
  const evidence = await simulate(planned, CALM, noFaults, random);
  const longest = percentile(delaysBeside(evidence), 1);
  return [
    ...sentencesOf('beside poison', check(evidence).findings),
    ...(longest > MAX_DELAY ? [`beside poison: a change of another group took ${longest} ms`] : []),
  ];
}

/** Sentences about figures that are worse than allowed. */
export function problemsOf({ buried, poisoned, p99, longest }: Omit<PoisonReport, 'problems'>): string[] {
  const shift = Math.abs(p99.with - p99.without);
  return [
    buried !== poisoned && `with poison: ${buried} of ${poisoned} ended in the dead-letter queue`,
    shift > TOLERANCE * p99.without && `with poison: ${p99.with} ms at the 99th percentile, ${p99.without} ms without`,
    longest > MAX_DELAY && `with poison: a change of another group took ${longest} ms`,
  ].filter((problem) => problem !== false);
}

function runWith(changes: number, poisoned: number, seed: number): Promise<Evidence> {
  const random = createRandom(seed);
  const traffic = { changes, tasks: Math.ceil(changes * 0.07), rate: RATE, sequenced: 0.5, burst: 8, habits: USUAL };
  const planned = planMessages({ ...traffic, poison: 0 }, random);
  // Poison has random numbers of its own, so that the other changes are the same with and without it.
  const own = createRandom(seed + 1);
  const mixed = Array.from({ length: poisoned }, (_, count) =>
    poisonOf(count, own.between(0, (changes / RATE) * 1000)),
  );
  const all = [...planned, ...mixed].sort((one, other) => one.at - other.at);
  return simulate(all, CALM, noFaults, random);
}

const poisonOf = (count: number, at: number) => planPoison(count, at, HARMS[count % HARMS.length]);

/** Without creations: the next one of a source waits until the lock before it expires, whether there is poison or not. */
const delaysBeside = (evidence: Evidence) =>
  delaysOf(evidence, ({ change }) => change.kind !== 'poison' && !isCreation(change.call));
