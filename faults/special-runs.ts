import type { Sending } from './asked.ts';
import { modeUpdate } from './change-kinds.ts';
import { check, type Verdict } from './checker.ts';
import { sentencesOf } from './findings.ts';
import { DEFAULT_MIX } from './mix.ts';
import { partOf } from './percentile.ts';
import { toAsked } from './producers.ts';
import { createRandomFaults } from './random-faults.ts';
import { settingsUnderWay } from './settings-under-way.ts';
import { CALM, simulate } from './simulation.ts';
import { type Faults, noFaults } from './world/faults.ts';
import { createRandom, type Random } from './world/random.ts';

/** Updates with `sequence`, one every `pause` milliseconds, each for the task that `taskOf` says. */
export function updates(count: number, pause: number, taskOf: (index: number) => string, random: Random): Sending[] {
  return Array.from({ length: count }, (_, index) => {
    const task = taskOf(index);
    const asked = toAsked(modeUpdate(task, random), `dcs/${task}`, `change-${index}`, `u${index}`, index + 1);
    return { at: index * pause, asked, text: asked.text };
  });
}

/** The longest that a change may take from its request to its result at the 99th percentile, in milliseconds. */
const TRUTH_WITHIN = 90_000;

export interface SpecialReport {
  timeToTruth: { p50: number; p99: number; max: number };
  hotTask: Record<string, number>;
  problems: string[];
}

/** The two runs that measure: how soon the truth is known, and whether one busy task keeps its order. */
export async function measure(seed: number): Promise<SpecialReport> {
  const truth = await timeToTruth(500, seed);
  const { counts, findings } = await hotTask(2000, seed);
  const late = truth.p99 > TRUTH_WITHIN ? [`the truth took ${truth.p99} ms at the 99th percentile`] : [];
  const deployed = Object.entries(await settingsUnderWay(seed)).flatMap(([change, broken]) =>
    sentencesOf(change, broken),
  );
  const guards = sentencesOf('late guards', (await lateGuards(100, seed)).findings);
  const problems = [...sentencesOf('hot task', findings), ...guards, ...deployed];
  return { timeToTruth: truth, hotTask: counts, problems: [...late, ...problems] };
}

/** How long it takes from a request whose reply got lost after it was applied to the change's result, in milliseconds. */
export async function timeToTruth(changes: number, seed: number): Promise<{ p50: number; p99: number; max: number }> {
  const random = createRandom(seed);
  const met = new Set<string>();
  const lossy = (uid: string) => {
    if (met.has(uid)) return 'ok';
    met.add(uid);
    return random.pick(['reset_after', 'slow_header', 'truncated', 'error_500_applied']);
  };
  const sendings = updates(changes, 400, (index) => `task-${index}`, random);
  const { log, published } = await simulate(sendings, CALM, { ...noFaults, call: lossy }, random);
  const sent = new Map(log.flatMap((entry) => (entry.kind === 'request' ? [[entry.uid, entry.at] as const] : [])));
  const times = published.map(({ uid, at }) => at - (sent.get(uid) ?? at)).sort((one, other) => one - other);
  return { p50: partOf(times, 0.5), p99: partOf(times, 0.99), max: partOf(times, 1) };
}

/**
 * Guards of a first attempt that take effect again, after the second attempt has raised its own: the table then names a claim
 * that nobody holds any more, while a request of the second attempt is under way.
 */
export async function lateGuards(changes: number, seed: number): Promise<Verdict> {
  const random = createRandom(seed);
  const [guarded, calls] = [new Set<string>(), new Map<string, number>()];
  const ANSWERS = ['throttled', 'reset_after'];
  const faults: Faults = {
    ...noFaults,
    ledger(step, uid) {
      if (step !== 'guard' || guarded.has(uid)) return undefined;
      guarded.add(uid);
      return 'delayed';
    },
    call(uid) {
      const count = calls.get(uid) ?? 0;
      calls.set(uid, count + 1);
      return ANSWERS[count] ?? 'ok';
    },
  };
  const sendings = updates(changes, 400, (index) => `task-${index}`, random);
  return check(await simulate(sendings, CALM, faults, random));
}

/** Many changes of one task under the default mix. */
export async function hotTask(changes: number, seed: number): Promise<Verdict> {
  const random = createRandom(seed);
  const sendings = updates(changes, 1000, () => 'hot', random);
  const settings = { ...CALM, chances: { ...DEFAULT_MIX, bury: 0 }, latest: 55_000 };
  return check(await simulate(sendings, settings, createRandomFaults(DEFAULT_MIX, random), random));
}
