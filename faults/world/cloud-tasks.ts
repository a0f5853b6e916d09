import { type Call, effectOf, isSource } from './calls.ts';
import { beginExchange, enterStatus, isForbidden, moveDcsTask, someCourse, someStatus } from './dcs-states.ts';
import type { Random } from './random.ts';
import { enterState, isUndeletable, refusalCode, someState, stateAfter, stateAt } from './sms-states.ts';
import type { CloudTask, Values } from './task.ts';

export const MODES = ['auto', 'manual'] as const;
export const NAMES = ['alpha', 'beta', 'gamma', 'delta'] as const;
export const LIMITS = [0, 100, 500, 1000] as const;

/** What the log shows of a subject that does not exist. */
export const GONE: Values = { gone: true };

/** A subject that nobody has changed yet. */
export function newTask(key: string, random: Random, now: number): CloudTask {
  if (isSource(key)) return { service: 'sms', isSource: true, values: { id: key, name: random.pick(NAMES) } };
  if (key.startsWith('sms/')) {
    const values = { name: random.pick(NAMES), speed_limit: random.pick(LIMITS), state: 'READY', use_ipv6: false };
    const task: CloudTask = { service: 'sms', values: { ...values, limits: [] } };
    enter(task, someState(random), now, random);
    return task;
  }
  const task: CloudTask = { service: 'dcs', values: { resume_mode: random.pick(MODES), course: someCourse(random) } };
  enterStatus(task, someStatus(random), now, random);
  if (task.values.status === 'INCRMIGEATING' && random.chance(0.5))
    Object.assign(task.values, { task_status: 'EXCHANGE_SUCCESS', swapped: true });
  return task;
}

function enter(task: CloudTask, to: string, now: number, random: Random): void {
  const { state, movesAt } = enterState(to, now, random);
  task.values.state = state;
  task.movesAt = movesAt;
}

/** Moves a task on to the state that it has by now. False if it is in the same state. */
export function moveOn(task: CloudTask, now: number, random: Random): boolean {
  if (task.service === 'dcs') moveDcsTask(task, now, random);
  const { values, movesAt = Number.POSITIVE_INFINITY } = task;
  if (task.service === 'dcs' || movesAt > now) return false;
  const moved = stateAt({ state: String(values.state), movesAt }, now, random);
  values.state = moved.state;
  task.movesAt = moved.movesAt;
  return true;
}

/** True if the provider does not know the subject any more, or never did. */
export const isAbsent = ({ values }: CloudTask) => values.gone === true && values.state !== 'DELETING';

const UNKNOWN = { dcs: 'DCS.4133', sms: 'SMS.7703', source: 'SMS.7602' };

/** The code with which the provider answers for a subject that does not exist. */
export const unknownCode = ({ service, isSource }: CloudTask) => UNKNOWN[isSource ? 'source' : service];

/** The code with which the subject refuses a request; undefined if it may be carried out. `hasTask` is true for a source in use. */
export function refusalOf(task: CloudTask, call: Call, { operation }: Values, hasTask = false): string | undefined {
  const { service, values } = task;
  // An id that DCS does not know is skipped silently.
  if (isAbsent(task)) return service === 'dcs' && call === 'delete' ? undefined : unknownCode(task);
  if (task.isSource) return hasTask ? 'SMS.7601' : undefined;
  if (service === 'dcs') return isForbidden(call, values) ? 'DCS.4957' : undefined;
  if (call === 'delete') return isUndeletable(values.state) ? 'SMS.7719' : undefined;
  if (call === 'act') return refusalCode(operation, values.state);
  return values.state === 'DELETING' ? 'SMS.6005' : undefined;
}

/** Carries out a request. A subject that is gone, or on its way, stays as it is. */
export function write(task: CloudTask, call: Call, body: Values, now: number, random: Random): void {
  if (task.values.gone) return;
  if (call === 'act') enter(task, stateAfter(body.operation, random), now, random);
  else if (call === 'exchange') beginExchange(task, 'EXCHANGE_SUCCESS', now, random);
  else if (call === 'rollback') beginExchange(task, 'ROLLBACK_SUCCESS', now, random);
  else Object.assign(task.values, effectOf(call, body));
  if (call === 'stop') enterStatus(task, 'TERMINATING', now, random);
  if (call === 'configure' || call === 'restart') enterStatus(task, 'FULLMIGRATING', now, random);
  // Deleting an SMS task takes a while.
  if (call === 'delete' && task.service === 'sms' && !task.isSource) enter(task, 'DELETING', now, random);
}

/** True if a refusal because of the values that a subject already has makes sense: for calls that set values. */
export function hasValues({ values }: CloudTask, call: Call, body: Values): boolean {
  if (!['update', 'configure', 'limit', 'options'].includes(call)) return false;
  return Object.entries(effectOf(call, body)).every(
    ([name, value]) => JSON.stringify(values[name]) === JSON.stringify(value),
  );
}
