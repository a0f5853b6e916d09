import { timesAt } from '../src/lib/relay/times.ts';
import { AWKWARD } from './change-kinds.ts';
import { check } from './checker.ts';
import type { Evidence } from './evidence.ts';
import { sentencesOf } from './findings.ts';
import { boundCalls, boundUnknown, drainTime } from './outage-bounds.ts';
import { createOutage, type Flavour, type Outage, TRAFFIC } from './outage-plan.ts';
import { planMessages } from './producers.ts';
import { CALM, simulate } from './simulation.ts';
import { createClock } from './world/clock.ts';
import { createRandom } from './world/random.ts';

/** The figures of a run in which the provider, the bus and the ledger were down for a while. */
interface OutageReport {
  flavour: Flavour;
  changes: number;
  /** The requests and reads that were made while the provider was down, and the most that there may be. */
  calls: number;
  maxCalls: number;
  unknown: number;
  /** The changes that may end as unknown: a request was sent during the outage, or the ledger did not store the result. */
  maxUnknown: number;
  /** The time from the end of the last outage, that of the bus, until every change sent before had its result. */
  drainSeconds: number;
  problems: string[];
}

const TIMES = timesAt(1);

/** A result that the bus refused is published at once when its message is delivered again, after the longest backoff at most. */
const DRAINED_WITHIN = TIMES.backoffCap + 60_000;

/** Runs changes through two hours without the provider, ten minutes without the bus and five without the ledger. */
export async function runOutage(flavour: Flavour, changes: number, seed: number): Promise<OutageReport> {
  const random = createRandom(seed);
  const clock = createClock();
  const outage = createOutage(flavour, random, clock);
  const traffic = { changes, tasks: Math.ceil(changes * 0.07), rate: (changes * 1000) / TRAFFIC, sequenced: 0.5 };
  const planned = planMessages({ ...traffic, burst: 25, habits: AWKWARD, poison: 0 }, random);
  const settings = { ...CALM, clock, breaker: true };
  const evidence = await simulate(planned, settings, outage.faults, random);
  return toReport(flavour, evidence, outage);
}

function toReport(flavour: Flavour, evidence: Evidence, outage: Outage): OutageReport {
  const { findings, counts } = check(evidence);
  const calls = boundCalls(evidence, outage, flavour, 2 * CALM.skew);
  const unknown = boundUnknown(flavour, evidence, outage);
  const drained = drainTime(evidence, outage);
  const slow = [
    ...(counts.failed ? [`${counts.failed} changes failed, although the outage was shorter than their total age`] : []),
    ...(drained <= DRAINED_WITHIN ? [] : [`the queue took ${drained} ms to drain`]),
  ];
  return {
    flavour,
    changes: counts.accepted ?? 0,
    calls: outage.failedCalls.length,
    maxCalls: calls.max,
    unknown: counts.unknown ?? 0,
    maxUnknown: unknown.max,
    drainSeconds: Math.ceil(drained / 1000),
    problems: [
      ...sentencesOf(`outage (${flavour})`, findings),
      ...[...calls.problems, ...unknown.problems, ...slow].map((what) => `outage (${flavour}): ${what}`),
    ],
  };
}
