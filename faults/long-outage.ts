import { DAY, MAX_AGE_SECONDS } from '../src/lib/relay/times.ts';
import { AWKWARD } from './change-kinds.ts';
import { check } from './checker.ts';
import { firstResults } from './delays.ts';
import type { Evidence } from './evidence.ts';
import { sentencesOf } from './findings.ts';
import { plan } from './producers.ts';
import { CALM, type Settings, simulate } from './simulation.ts';
import { type Clock, createClock } from './world/clock.ts';
import { type Faults, noFaults } from './world/faults.ts';
import { createRandom, type Random } from './world/random.ts';

const HOUR = 3_600_000;
/** From when until when the provider is away, in milliseconds after the run's start: longer than four days, once the retention of queues. */
const AWAY = [HOUR / 2, 100.5 * HOUR] as const;
const CHANGES = 300;

/** The settings that are tried: as delivered, and the most that is allowed. */
const AGES: readonly number[] = [DAY, MAX_AGE_SECONDS * 1000];

/** Runs the same changes through a hundred hours without the provider, once with each setting. */
export async function runLongOutage(seed: number) {
  const runs = await Array.fromAsync(AGES, async (maxAge) => {
    const evidence = await simulateAway(CHANGES, seed, { maxAge });
    const maxAgeHours = maxAge / HOUR;
    const problems = sentencesOf(`away for 100 hours, tried for ${maxAgeHours}`, check(evidence).findings);
    return { measured: { maxAgeHours, ...measure(evidence) }, problems };
  });
  return { runs: runs.map(({ measured }) => measured), problems: runs.flatMap(({ problems }) => problems) };
}

/** Sends changes for a tenth as many tasks before and during the outage. */
export function simulateAway(changes: number, seed: number, over: Partial<Settings>): Promise<Evidence> {
  const random = createRandom(seed);
  const traffic = { changes, tasks: Math.ceil(changes / 10), rate: changes / (4 * 3600), sequenced: 0.5 };
  const planned = plan({ ...traffic, burst: 8, habits: AWKWARD, poison: 0 }, random);
  const clock = createClock();
  return simulate(planned, { ...CALM, clock, breaker: true, ...over }, away(random, clock), random);
}

/** Mostly nobody listens; now and then a request leaves and its fate stays unknown. */
function away(random: Random, clock: Clock): Faults {
  const start = clock.now();
  const isUnavailable = () => clock.now() >= start + AWAY[0] && clock.now() < start + AWAY[1];
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
    const { data } = JSON.parse(detail) as { data: { outcome: string } };
    outcomes[data.outcome] = (outcomes[data.outcome] ?? 0) + 1;
  }
  return {
    changes: accepted.size,
    unanswered: [...accepted.keys()].filter((uid) => !ends.has(uid)).length,
    buried: overReceived.length,
    requests: log.filter(({ kind }) => kind === 'request').length,
    outcomes,
  };
}
