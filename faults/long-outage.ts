import { readResult } from '../src/lib/relay/result.ts';
import { DAY, MAX_AGE_SECONDS } from '../src/lib/relay/times.ts';
import { AWKWARD } from './change-kinds.ts';
import { check } from './checker.ts';
import { firstResults } from './delays.ts';
import type { Evidence } from './evidence.ts';
import { sentencesOf } from './findings.ts';
import { planMessages } from './producers.ts';
import { CALM, type Settings, simulate } from './simulation.ts';
import { type Clock, createClock } from './world/clock.ts';
import { type Faults, noFaults } from './world/faults.ts';
import { createRandom, type Random } from './world/random.ts';

const HOUR = 3_600_000;
/** The start and the end of the outage, in milliseconds after the run's start. Queues once kept messages for only four days. */
const OUTAGE = [HOUR / 2, 100.5 * HOUR] as const;
const CHANGES = 300;

/** The ages up to which changes are tried: the default, and the longest that is allowed. */
const AGES: readonly number[] = [DAY, MAX_AGE_SECONDS * 1000];

/** Runs the same changes through a hundred hours without the provider, once for each age. */
export async function runLongOutage(seed: number) {
  const runs = await Array.fromAsync(AGES, async (maxAge) => {
    const evidence = await simulateOutage(CHANGES, seed, { maxAge });
    const maxAgeHours = maxAge / HOUR;
    const run = `100 hours without the provider, changes tried for ${maxAgeHours}`;
    const problems = sentencesOf(run, check(evidence).findings);
    return { measured: { maxAgeHours, ...measure(evidence) }, problems };
  });
  return { runs: runs.map(({ measured }) => measured), problems: runs.flatMap(({ problems }) => problems) };
}

/** Sends changes, ten for each task on average, before and during the outage. */
export function simulateOutage(changes: number, seed: number, over: Partial<Settings>): Promise<Evidence> {
  const random = createRandom(seed);
  const traffic = { changes, tasks: Math.ceil(changes / 10), rate: changes / (4 * 3600), sequenced: 0.5 };
  const planned = planMessages({ ...traffic, burst: 8, habits: AWKWARD, poison: 0 }, random);
  const clock = createClock();
  return simulate(planned, { ...CALM, clock, breaker: true, ...over }, outageFaults(random, clock), random);
}

/** Connections are refused, but one call in five is sent and gets no reply. */
function outageFaults(random: Random, clock: Clock): Faults {
  const start = clock.now();
  const isUnavailable = () => clock.now() >= start + OUTAGE[0] && clock.now() < start + OUTAGE[1];
  const call = () => (random.chance(0.2) ? 'timeout' : 'connection_refused');
  return {
    ...noFaults,
    call: () => (isUnavailable() ? call() : 'ok'),
    read: () => (isUnavailable() ? 'read_refused' : 'ok'),
  };
}

function measure(evidence: Evidence) {
  const { accepted, published, overReceived, log } = evidence;
  const ends = firstResults(published);
  const outcomes: Record<string, number> = {};
  for (const { detail } of published) {
    const { outcome } = readResult(detail).data;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return {
    changes: accepted.size,
    unanswered: [...accepted.keys()].filter((uid) => !ends.has(uid)).length,
    buried: overReceived.length,
    requests: log.filter(({ kind }) => kind === 'request').length,
    outcomes,
  };
}
