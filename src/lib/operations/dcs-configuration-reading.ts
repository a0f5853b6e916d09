import type { JsonObject } from '../json/exact-json.ts';
import type { ShownBefore, Verdict } from './operation.ts';

/** Sorts addresses and ignores their case, so that equal lists can be compared. */
const inOrder = (addrs: unknown) =>
  typeof addrs === 'string' && addrs !== '' ? addrs.toLowerCase().split(',').sort().join(',') : undefined;
export const filled = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const digits = (value: unknown) => filled(String(value ?? ''));

/** The values of a configuration without passwords. `of` is a change's body or the task as a read shows it. */
function configuration(of: JsonObject): JsonObject {
  const source = (of.source_instance ?? {}) as JsonObject;
  const target = (of.target_instance ?? {}) as JsonObject;
  const values: JsonObject = {
    migration_method: filled(of.migration_method),
    resume_mode: filled(of.resume_mode),
    bandwidth_limit_mb: digits(of.bandwidth_limit_mb),
    source_id: filled(source.id),
    source_addrs: inOrder(source.addrs),
    target_id: filled(target.id),
    target_addrs: inOrder(target.addrs),
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
    ...(filled(task.status) !== undefined && {
      phase: WAITING.has(task.status) ? 'waiting' : 'configured',
      instances: INSTANCES.some((name) => shown[name] !== undefined) ? 'some' : 'none',
    }),
    ...Object.fromEntries(wanted.map((name) => [name, shown[name]])),
  };
}

/** Compares a snapshot with a change's body. `was` tells whether a snapshot is that from before the request. */
export function verdict(seen: JsonObject, body: JsonObject, was: ShownBefore | undefined): Verdict {
  const wanted = Object.entries(configuration(body));
  // Values that the task already had prove nothing. Neither does a read without a baseline to compare it with.
  if (was && !was(seen)) return isBroughtAbout(seen, wanted, was) ? 'applied' : 'cannot-tell';
  const isUntouched = seen.phase === 'waiting' && seen.instances === 'none';
  const isOther = was !== undefined && wanted.some(([name, value]) => differs(seen[name], value));
  return isUntouched || isOther ? 'not-applied' : 'cannot-tell';
}

const isBroughtAbout = (seen: JsonObject, wanted: [string, unknown][], was: ShownBefore) =>
  isConfigured(seen, wanted) && !stoodBefore(seen, was);

/** True if the task had the values before, or showed none. The phase does not count, because it changes by itself. */
function stoodBefore({ phase: _phase, instances, ...values }: JsonObject, was: ShownBefore): boolean {
  return [{}, values, { phase: 'waiting', instances, ...values } as JsonObject].some(was);
}

const isConfigured = (seen: JsonObject, wanted: [string, unknown][]) =>
  seen.phase === 'configured' && wanted.every(([name, value]) => seen[name] === value);
const differs = (shown: unknown, wanted: unknown) => shown !== undefined && shown !== wanted;
