import { breakerWait } from '../src/lib/relay/breaker-store.ts';
import { timesAt } from '../src/lib/relay/times.ts';
import { firstResults } from './delays.ts';
import type { Evidence } from './evidence.ts';
import { BUS_DOWN, type FailedCall, type Flavour, type Outage, PROVIDER_DOWN } from './outage-plan.ts';

/** How much there may be of something, and what was more. */
export interface Bound {
  most: number;
  problems: string[];
}

const { outage: BREAKER, callDeadline, readDeadline } = timesAt(1);
/** Flavours whose answer proves that nothing was carried out: such a failure is no task's fault, and counts each time. */
const PROOFS: readonly Flavour[] = ['refused', 'gateway'];
/** Failures of this many tasks in a row open the breaker. */
const THRESHOLD = 5;
/** What a request that is answered takes at most, and a write to the ledger. */
const ANSWERED = 500;
/** A change at hand when the provider goes is tried so often before the last worker has heard of it: backoffs begin at seconds. */
const TRIES = 3;

/**
 * The readings of a service that may probe it in an outage of `span` milliseconds. Each failed one doubles the wait up to
 * its cap; clocks that differ by `skew` shorten every wait by as much.
 */
export function mostProbes(span: number, skew: number): number {
  let probes = 0;
  for (let at = 0; at <= span; at += Math.max(0, breakerWait(probes - 1, BREAKER) - skew)) probes++;
  return probes;
}

/**
 * What may meet the provider away. Until failures of five tasks are known, and by each worker for as long as it believes what
 * it read of the ledger before, changes are tried; after that no request leaves, only the readings that probe: those of
 * tasks that have not failed, and, on waits of their own, those of tasks that have.
 */
export function boundCalls({ accepted }: Evidence, outage: Outage, flavour: Flavour, skew: number): Bound {
  const [isSilent, provesAbsence] = [flavour === 'silent', PROOFS.includes(flavour)];
  const [from, until] = PROVIDER_DOWN;
  const bounds = ['dcs', 'sms'].map((service) => {
    const isOfService = (uid: string) => accepted.get(uid)?.change.task.startsWith(service) ?? false;
    const failedCalls = outage.failedCalls.filter(({ uid }) => isOfService(uid));
    const known = knownAt(failedCalls, isSilent, ({ uid }) =>
      provesAbsence ? uid : (accepted.get(uid)?.change.task ?? uid),
    );
    const sent = [...accepted].filter(([uid, { at }]) => isOfService(uid) && isBetween(at - outage.start, from, known));
    const late = failedCalls.filter(({ at, kind }) => kind === 'call' && at > known);
    const most = TRIES * (THRESHOLD + sent.length) + 2 * mostProbes(until - from, skew);
    const many = failedCalls.length > most ? [`${failedCalls.length} calls to ${service}, more than ${most}`] : [];
    const problems = late.map(({ uid, at }) => `${uid}: a request left at ${at}, after the breaker opened`);
    return { most, problems: [...problems, ...many] };
  });
  return {
    most: bounds.reduce((sum, { most }) => sum + most, 0),
    problems: bounds.flatMap(({ problems }) => problems),
  };
}

const isBetween = (at: number, from: number, until: number) => at >= from - callDeadline && at <= until;

/** When every worker knows that the service is away: the fifth failure that counts is answered, and older views are too old. */
function knownAt(
  failedCalls: readonly FailedCall[],
  isSilent: boolean,
  countedBy: (one: FailedCall) => string,
): number {
  const silence = { call: callDeadline, read: readDeadline };
  const answered = new Map<string, number>();
  for (const one of failedCalls) {
    const at = one.at + (isSilent ? silence[one.kind] : 0);
    answered.set(countedBy(one), Math.min(at, answered.get(countedBy(one)) ?? at));
  }
  const fifth = [...answered.values()].sort((one, other) => one - other)[THRESHOLD - 1];
  return (fifth ?? Number.POSITIVE_INFINITY) + BREAKER.fresh + ANSWERED;
}

/**
 * Only a change of which a request met the provider away, with an answer that proves nothing, may end as unknown, and one
 * whose end the ledger did not take. All others were never in doubt.
 */
export function boundUnknown(flavour: Flavour, { published }: Evidence, { failedCalls, unstored }: Outage): Bound {
  const sent = PROOFS.includes(flavour) ? [] : failedCalls.flatMap(({ uid, kind }) => (kind === 'call' ? [uid] : []));
  const isErrorReply = new Set([...unstored, ...sent]);
  const unknown = new Set(published.filter(({ detail }) => outcomeOf(detail) === 'unknown').map(({ uid }) => uid));
  const avoidable = [...unknown].filter((uid) => !isErrorReply.has(uid));
  return {
    most: isErrorReply.size,
    problems: avoidable.map((uid) => `${uid} ended as unknown, but was never in doubt`),
  };
}

const outcomeOf = (detail: string) => (JSON.parse(detail) as { data: { outcome: string } }).data.outcome;

/** From the bus's return until every change sent before has its result, in milliseconds; infinite if one has none. */
export function drainTime({ accepted, published }: Evidence, { start }: Outage): number {
  const back = start + BUS_DOWN[1];
  const ends = firstResults(published);
  const sent = [...accepted].filter(([, { at }]) => at < back);
  const last = Math.max(back, ...sent.map(([uid]) => ends.get(uid) ?? Number.POSITIVE_INFINITY));
  return last - back;
}
