import { type Call, effectOf, isCreation } from './calls.ts';
import { beginExchange, enterStatus, isForbidden, moveDcsTask, someCourse, someStatus } from './dcs-states.ts';
import { isName, isSource } from './natural-keys.ts';
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
  if (isName(key)) return { service: 'dcs', isName: true, values: {} };
  if (key.startsWith('sms/')) {
    const values = { name: random.pick(NAMES), speed_limit: random.pick(LIMITS), state: 'READY', use_ipv6: false };
    const task: CloudTask = { service: 'sms', values: { ...values, limits: [] } };
    enter(task, someState(random), now, random);
    return task;
  }
  const task: CloudTask = { service: 'dcs', values: { resume_mode: random.pick(MODES), course: someCourse(random) } };
  enterStatus(task, someStatus(random), now, random);
  if (task.values.status === 'INCRMIGEATING' && random.chance(0.5))
    Object.assign(task.values, { task_status: 'EXCHANGE_SUCCESS', heading: 'EXCHANGE_SUCCESS' });
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
export function refusalOf(task: CloudTask, call: Call, body: Values, hasTask = false): string | undefined {
  const { service, values } = task;
  if (isAbsent(task)) return refusalOfAbsent(task, call);
  if (task.isSource) return hasTask ? refusalOfSource(call) : undefined;
  if (service === 'sms') return refusalOfSmsTask(call, body, values.state);
  return isForbidden(call, values) ? 'DCS.4957' : undefined;
}

/** A source has one task at a time, and can't be deleted while it has one. */
const refusalOfSource = (call: Call) => (isCreation(call) ? 'SMS.6005' : 'SMS.7601');

/** In a list of tasks to delete, DCS skips an id that it does not know silently. */
const refusalOfAbsent = (task: CloudTask, call: Call) =>
  task.service === 'dcs' && call === 'delete' ? undefined : unknownCode(task);

function refusalOfSmsTask(call: Call, { operation }: Values, state: unknown): string | undefined {
  if (call === 'delete') return isUndeletable(state) ? 'SMS.7719' : undefined;
  if (call === 'act') return refusalCode(operation, state);
  return state === 'DELETING' ? 'SMS.6005' : undefined;
}

type Write = (task: CloudTask, now: number, random: Random, body: Values) => void;
const runs: Write = (task, now, random) => enterStatus(task, 'FULLMIGRATING', now, random);

/** What calls change besides the values of their effect. */
const WRITES: Partial<Record<Call, Write>> = {
  act: (task, now, random, { operation }) => enter(task, stateAfter(operation, random), now, random),
  exchange: beginExchange,
  rollback: beginExchange,
  stop: (task, now, random) => enterStatus(task, 'TERMINATING', now, random),
  configure: runs,
  restart: runs,
  // Deleting an SMS task takes a while.
  delete: (task, now, random) => 'state' in task.values && enter(task, 'DELETING', now, random),
};
/** Carries out a request. A subject that is gone, or on its way, stays as it is. */
export function write(task: CloudTask, call: Call, body: Values, now: number, random: Random): void {
  if (task.values.gone) return;
  if (call !== 'act') Object.assign(task.values, effectOf(call, body));
  WRITES[call]?.(task, now, random, body);
}

/** True if a refusal because of the values that a subject already has makes sense: for calls that set values. */
export function hasValues({ values }: CloudTask, call: Call, body: Values): boolean {
  if (!['update', 'configure', 'limit', 'options'].includes(call)) return false;
  return Object.entries(effectOf(call, body)).every(
    ([name, value]) => JSON.stringify(values[name]) === JSON.stringify(value),
  );
}
