import { breakerWait } from '../src/lib/relay/breaker-store.ts';
import { readResult } from '../src/lib/relay/result.ts';
import { timesAt } from '../src/lib/relay/times.ts';
import { firstResults } from './delays.ts';
import type { Evidence } from './evidence.ts';
import { BUS_DOWN, type FailedCall, type Flavour, type Outage, PROVIDER_DOWN } from './outage-plan.ts';

/** The most that there may be of something, and sentences about what exceeded it. */
interface Bound {
  max: number;
  problems: string[];
}

const { outage: BREAKER, callDeadline, readDeadline } = timesAt(1);
/** Outages in which the reply proves that nothing was carried out. No task is the cause of such a failure, so each one counts. */
const NOT_EXECUTED: readonly Flavour[] = ['refused', 'gateway'];
/** The breaker opens when this many tasks in a row have failed. */
const THRESHOLD = 5;
/** The longest time that a reply and a write to the ledger take together, in milliseconds. */
const REPLY_TIME = 500;
/** The most attempts of one change before every worker knows that the breaker is open. Backoffs begin at seconds. */
const ATTEMPTS = 3;

/**
 * The most reads that may probe a service in an outage of `span` milliseconds. Each failed probe doubles the wait up to its
 * cap. Clocks that differ by `skew` shorten every wait by that much.
 */
export function maxProbes(span: number, skew: number): number {
  let probes = 0;
  for (let at = 0; at <= span; at += Math.max(0, breakerWait(probes - 1, BREAKER) - skew)) probes++;
  return probes;
}

/**
 * The calls that may be made while the provider is down. Changes are tried until five tasks have failed and every worker has
 * read that from the ledger. After that no request may be sent, only reads that probe: those of tasks that have not failed,
 * and, with waits of their own, those of tasks that have.
 */
export function boundCalls({ accepted }: Evidence, outage: Outage, flavour: Flavour, skew: number): Bound {
  const [isSilent, isEachCounted] = [flavour === 'silent', NOT_EXECUTED.includes(flavour)];
  const [from, until] = PROVIDER_DOWN;
  const bounds = ['dcs', 'sms'].map((service) => {
    const isOfService = (uid: string) => accepted.get(uid)?.change.task.startsWith(service) ?? false;
    const failedCalls = outage.failedCalls.filter(({ uid }) => isOfService(uid));
    const known = knownAt(failedCalls, isSilent, ({ uid }) =>
      isEachCounted ? uid : (accepted.get(uid)?.change.task ?? uid),
    );
    const sent = [...accepted].filter(([uid, { at }]) => isOfService(uid) && isBetween(at - outage.start, from, known));
    const late = failedCalls.filter(({ at, kind }) => kind === 'call' && at > known);
    const max = ATTEMPTS * (THRESHOLD + sent.length) + 2 * maxProbes(until - from, skew);
    const many = failedCalls.length > max ? [`${failedCalls.length} calls to ${service}, more than ${max}`] : [];
    const problems = late.map(({ uid, at }) => `${uid}: a request was sent at ${at}, after the breaker opened`);
    return { max, problems: [...problems, ...many] };
  });
  return {
    max: bounds.reduce((sum, { max }) => sum + max, 0),
    problems: bounds.flatMap(({ problems }) => problems),
  };
}

const isBetween = (at: number, from: number, until: number) => at >= from - callDeadline && at <= until;

/** When every worker knows that the breaker is open: the fifth failure is in the ledger, and what was read before has expired. */
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
  return (fifth ?? Number.POSITIVE_INFINITY) + BREAKER.rowAge + REPLY_TIME;
}

/**
 * A change may end as unknown if a request was sent during the outage and the reply proves nothing, or if the ledger did not
 * store its result. All other changes were never in doubt.
 */
export function boundUnknown(flavour: Flavour, { published }: Evidence, { failedCalls, unstored }: Outage): Bound {
  const isExecuted = !NOT_EXECUTED.includes(flavour);
  const sent = failedCalls.flatMap(({ uid, kind }) => (isExecuted && kind === 'call' ? [uid] : []));
  const inDoubt = new Set([...unstored, ...sent]);
  const isUnknown = (detail: string) => readResult(detail).data.outcome === 'unknown';
  const unknown = new Set(published.filter(({ detail }) => isUnknown(detail)).map(({ uid }) => uid));
  const avoidable = [...unknown].filter((uid) => !inDoubt.has(uid));
  return {
    max: inDoubt.size,
    problems: avoidable.map((uid) => `${uid} ended as unknown, but was never in doubt`),
  };
}

/** From the end of the bus's outage until every change sent before has its result, in milliseconds; infinite if one has none. */
export function drainTime({ accepted, published }: Evidence, { start }: Outage): number {
  const back = start + BUS_DOWN[1];
  const ends = firstResults(published);
  const sent = [...accepted].filter(([, { at }]) => at < back);
  const last = Math.max(back, ...sent.map(([uid]) => ends.get(uid) ?? Number.POSITIVE_INFINITY));
  return last - back;
}
