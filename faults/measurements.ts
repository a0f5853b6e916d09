import type { PlannedMessage } from './change.ts';
import { check, type Verdict } from './checker.ts';
import { percentile } from './delays.ts';
import { deployInDoubt } from './deploy-in-doubt.ts';
import { sentencesOf } from './findings.ts';
import { DEFAULT_MIX } from './mix.ts';
import { updateAt } from './producers.ts';
import { createRandomFaults } from './random-faults.ts';
import { CALM, simulate } from './simulation.ts';
import { type Faults, firstTimes, noFaults } from './world/faults.ts';
import { createRandom, type Random } from './world/random.ts';

/** Updates with `sequence`, one every `interval` milliseconds. `taskOf` gives the task of each by its index. */
export function updates(
  count: number,
  interval: number,
  taskOf: (index: number) => string,
  random: Random,
): PlannedMessage[] {
  return Array.from({ length: count }, (_, index) => updateAt(index * interval, taskOf(index), index + 1, random));
}

/** The longest that a change may take from its request to its result at the 99th percentile, in milliseconds. */
const TRUTH_WITHIN = 90_000;

/** Measures how soon the result of a change in doubt is known and whether one busy task keeps its order, and runs rare situations. */
export async function measure(seed: number) {
  const truth = await timeToTruth(500, seed);
  const { counts, findings } = await hotTask(2000, seed);
  const late =
    truth.p99 > TRUTH_WITHIN ? [`results after a lost reply took ${truth.p99} ms at the 99th percentile`] : [];
  const deployed = Object.entries(await deployInDoubt(seed)).flatMap(([change, broken]) => sentencesOf(change, broken));
  const locks = sentencesOf('late locks', (await lateLocks(100, seed)).findings);
  const problems = [...sentencesOf('hot task', findings), ...locks, ...deployed];
  return { timeToTruth: truth, hotTask: counts, problems: [...late, ...problems] };
}

/** The time from a request that was applied, but whose reply was lost, to the change's result, in milliseconds. */
async function timeToTruth(changes: number, seed: number) {
  const random = createRandom(seed);
  const isFirst = firstTimes();
  const lossy = (uid: string) =>
    isFirst(uid) ? random.pick(['reset_after', 'slow_header', 'truncated', 'error_500_applied']) : 'ok';
  const planned = updates(changes, 400, (index) => `task-${index}`, random);
  const { log, published } = await simulate(planned, CALM, { ...noFaults, call: lossy }, random);
  const sent = new Map(log.flatMap((entry) => (entry.kind === 'request' ? [[entry.uid, entry.at] as const] : [])));
  const times = published.map(({ uid, at }) => at - (sent.get(uid) ?? at)).sort((one, other) => one - other);
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), max: percentile(times, 1) };
}

/**
 * The write of the subject lock takes effect a second time, after the change's second attempt has acquired the lock. The lock
 * then names an owner who no longer exists, while a request of the second attempt is under way.
 */
export async function lateLocks(changes: number, seed: number): Promise<Verdict> {
  const random = createRandom(seed);
  const [isFirstLock, isFirstCall, isSecondCall] = [firstTimes(), firstTimes(), firstTimes()];
  const faults: Faults = {
    ...noFaults,
    ledger: (step, uid) => (step === 'guard' && isFirstLock(uid) ? 'delayed' : undefined),
    call: (uid) => (isFirstCall(uid) ? 'throttled' : isSecondCall(uid) ? 'reset_after' : 'ok'),
  };
  const planned = updates(changes, 400, (index) => `task-${index}`, random);
  return check(await simulate(planned, CALM, faults, random));
}

/** Many changes of one task under the default mix. */
async function hotTask(changes: number, seed: number): Promise<Verdict> {
  const random = createRandom(seed);
  const planned = updates(changes, 1000, () => 'hot', random);
  const settings = { ...CALM, chances: { ...DEFAULT_MIX, deadLetter: 0 }, latest: 55_000 };
  return check(await simulate(planned, settings, createRandomFaults(DEFAULT_MIX, random), random));
}
