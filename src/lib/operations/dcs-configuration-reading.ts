import type { JsonObject } from '../json/exact-json.ts';
import { nonEmpty } from './fields.ts';
import type { BaselineTest, Verdict } from './operation.ts';

/** Sorts addresses and ignores their case, so that equal lists can be compared. */
const sortAddresses = (addrs: unknown) =>
  typeof addrs === 'string' && addrs !== '' ? addrs.toLowerCase().split(',').sort().join(',') : undefined;
const digits = (value: unknown) => nonEmpty(String(value ?? ''));

/** The values of a configuration without passwords. `of` is a change's body or the task as a read shows it. */
function configuration(of: JsonObject): JsonObject {
  const source = (of.source_instance ?? {}) as JsonObject;
  const target = (of.target_instance ?? {}) as JsonObject;
  const values: JsonObject = {
    migration_method: nonEmpty(of.migration_method),
    resume_mode: nonEmpty(of.resume_mode),
    bandwidth_limit_mb: digits(of.bandwidth_limit_mb),
    source_id: nonEmpty(source.id),
    source_addrs: sortAddresses(source.addrs),
    target_id: nonEmpty(target.id),
    target_addrs: sortAddresses(target.addrs),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

const INSTANCES = ['source_id', 'source_addrs', 'target_id', 'target_addrs'];

/** The states before a configuration. RUNNING means that the task waits for one. */
const WAITING = new Set<unknown>(['CREATING', 'RUNNING']);

/**
 * What a read shows of a configuration: only the values that the change sets, because the provider adds others by itself (the
 * addresses of an instance that was given by its id). Of the state it says only whether the task still waits: later states
 * follow each other by themselves (FULLMIGRATING, then INCRMIGRATING or INCRMIGEATING) and prove nothing.
 */
export function snapshot(task: JsonObject, body: JsonObject): JsonObject {
  const shown = configuration(task);
  const wanted = Object.keys(configuration(body)).filter((name) => shown[name] !== undefined);
  return {
    ...(nonEmpty(task.status) !== undefined && {
      phase: WAITING.has(task.status) ? 'waiting' : 'configured',
      instances: INSTANCES.some((name) => shown[name] !== undefined) ? 'some' : 'none',
    }),
    ...Object.fromEntries(wanted.map((name) => [name, shown[name]])),
  };
}

/** Compares a snapshot with a change's body. `isBaseline` tells whether a snapshot is that from before the request. */
export function verdict(snapshot: JsonObject, body: JsonObject, isBaseline: BaselineTest | undefined): Verdict {
  const wanted = Object.entries(configuration(body));
  // Values that the task already had prove nothing. Neither does a read without a baseline to compare it with.
  if (isBaseline && !isBaseline(snapshot))
    return isCausedByRequest(snapshot, wanted, isBaseline) ? 'applied' : 'cannot-tell';
  const isUntouched = snapshot.phase === 'waiting' && snapshot.instances === 'none';
  const isOther = isBaseline !== undefined && wanted.some(([name, value]) => differs(snapshot[name], value));
  return isUntouched || isOther ? 'not-applied' : 'cannot-tell';
}

const isCausedByRequest = (snapshot: JsonObject, wanted: [string, unknown][], isBaseline: BaselineTest) =>
  isConfigured(snapshot, wanted) && !wasShownBefore(snapshot, isBaseline);

/** True if the task had the values before, or showed none. The phase does not count, because it changes by itself. */
function wasShownBefore({ phase: _phase, instances, ...values }: JsonObject, isBaseline: BaselineTest): boolean {
  return [{}, values, { phase: 'waiting', instances, ...values } as JsonObject].some(isBaseline);
}

const isConfigured = (snapshot: JsonObject, wanted: [string, unknown][]) =>
  snapshot.phase === 'configured' && wanted.every(([name, value]) => snapshot[name] === value);
const differs = (shown: unknown, wanted: unknown) => shown !== undefined && shown !== wanted;
