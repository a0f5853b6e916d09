import { timesAt } from '../src/lib/relay/times.ts';
import type { Asked, Harm, Sending } from './asked.ts';
import { check } from './checker.ts';
import type { Evidence } from './evidence.ts';
import { plan } from './producers.ts';
import { simulate } from './simulation.ts';
import { told } from './special-runs.ts';
import { noFaults } from './world/faults.ts';
import { createRandom, type Random } from './world/random.ts';

const HARMS: readonly Harm[] = ['ends', 'blocks', 'throws'];
const QUIET = { duplicateDelivery: 0, visibilityExpiry: 0, bury: 0, outsiders: 0 };
const SETTINGS = { chances: QUIET, workers: 10, skew: 5000, latest: 39_000, standard: false };
const HABITS = { alike: 0.2, hidden: 0.03 };
/** Changes per second. */
const RATE = 3;

/** How long results took with poison in the queue, beside the same traffic without it. */
export interface PoisonReport {
  changes: number;
  poisoned: number;
  /** Poison that ended in the dead-letter queue. */
  buried: number;
  /** From sending to the result, in milliseconds, of changes that are no poison. */
  p50: { without: number; with: number };
  p99: { without: number; with: number };
  /** The longest that one of them took with poison. */
  longest: number;
  problems: string[];
}

/** The 99th percentile may differ by this part of what it is without poison. */
const TOLERANCE = 0.1;
/** Whoever came together with poison at first may meet it again, and then is the first of both every other time. */
const ROUNDS = 10;
const LONGEST = ROUNDS * timesAt(1).visibility;

/** Carries the same changes twice, the second time with one message in a hundred poisoned, each in a group of its own. */
export async function runPoison(changes: number, seed: number): Promise<PoisonReport> {
  const poisoned = Math.round(changes / 100);
  const [clean, mixed] = [await runWith(changes, 0, seed), await runWith(changes, poisoned, seed)];
  const [without, delays] = [delaysOf(clean), delaysOf(mixed)];
  const measured = {
    changes,
    poisoned,
    buried: mixed.dead.filter((uid) => mixed.accepted.get(uid)?.asked.kind === 'poison').length,
    p50: { without: at(without, 0.5), with: at(delays, 0.5) },
    p99: { without: at(without, 0.99), with: at(delays, 0.99) },
    longest: at(delays, 1),
  };
  const findings = [...told('without poison', check(clean).findings), ...told('with poison', check(mixed).findings)];
  return { ...measured, problems: [...findings, ...problemsOf(measured)] };
}

function problemsOf({ buried, poisoned, p99, longest }: Omit<PoisonReport, 'problems'>): string[] {
  const shift = Math.abs(p99.with - p99.without);
  return [
    buried !== poisoned && `with poison: ${buried} of ${poisoned} ended in the dead-letter queue`,
    shift > TOLERANCE * p99.without && `with poison: ${p99.with} ms at the 99th percentile, ${p99.without} ms without`,
    longest > LONGEST && `with poison: a change of another group took ${longest} ms`,
  ].filter((problem) => problem !== false);
}

function runWith(changes: number, poisoned: number, seed: number): Promise<Evidence> {
  const random = createRandom(seed);
  const traffic = { changes, tasks: Math.ceil(changes * 0.07), rate: RATE, sequenced: 0.5, burst: 8, habits: HABITS };
  const sendings = plan({ ...traffic, poison: 0 }, random);
  // Drawn apart, so that the other changes are the same with and without it.
  const poison = Array.from({ length: poisoned }, (_, count) => poisonOf(count, changes, createRandom(seed + count)));
  const all = [...sendings, ...poison].sort((one, other) => one.at - other.at);
  return simulate(all, SETTINGS, noFaults, random);
}

function poisonOf(count: number, changes: number, random: Random): Sending {
  const [uid, text] = [`p${count}`, `{"poison":${count}}`];
  const harm = HARMS[count % HARMS.length] as Harm;
  const asked: Asked = {
    uid,
    id: uid,
    kind: 'poison',
    harm,
    task: `dcs/poison-${count}`,
    body: {},
    converges: true,
    text,
  };
  return { at: random.between(0, (changes / RATE) * 1000), asked, text };
}

/** How long each change that is no poison took from its sending to its first result, in milliseconds, the shortest first. */
function delaysOf({ accepted, published }: Evidence): number[] {
  const ends = new Map<string, number>();
  for (const { uid, at } of published) ends.set(uid, Math.min(at, ends.get(uid) ?? at));
  return [...accepted.values()]
    .filter(({ asked }) => asked.kind !== 'poison')
    .map(({ asked, at }) => (ends.get(asked.uid) ?? Number.POSITIVE_INFINITY) - at)
    .sort((one, other) => one - other);
}

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
