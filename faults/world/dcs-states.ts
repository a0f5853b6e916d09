import type { Call } from './calls.ts';
import type { Random } from './random.ts';
import type { CloudTask, Values } from './task.ts';

const MINUTE = 60_000;

/** The states in which a task stays only for a time in milliseconds. */
const PASSING: Record<string, { min: number; max: number }> = {
  FULLMIGRATING: { min: MINUTE, max: 10 * MINUTE },
  TERMINATING: { min: 2000, max: MINUTE },
};
/** How the migrations of a task go on. Some end by themselves. */
export const someCourse = (random: Random) =>
  random.chance(0.8) ? 'INCRMIGEATING' : random.pick(['SUCCESS', 'FAILED']);

/** How long an exchange of addresses takes at least and at most. */
const EXCHANGE = [2000, MINUTE] as const;

const MIGRATING = ['FULLMIGRATING', 'INCRMIGEATING'];
const IN_USE = [...MIGRATING, 'TERMINATING'];

/** A state of a task that nobody has changed yet. Most tasks wait for their configuration. */
export const someStatus = (random: Random) => (random.chance(0.5) ? 'RUNNING' : random.pick(LATER));
const LATER = [
  ...['INCRMIGEATING', 'INCRMIGEATING', 'INCRMIGEATING'],
  ...['TERMINATED', 'TERMINATED', 'TERMINATED'],
  ...['FULLMIGRATING', 'SUCCESS', 'FAILED'],
];

/** True if the state of a task forbids a call. Nobody publishes the rules for a delete; Terraform stops a task first. */
export function isForbidden(call: Call, { status, task_status }: Values): boolean {
  if (call === 'stop') return !MIGRATING.includes(String(status));
  if (call === 'restart') return !['TERMINATED', 'FAILED', 'MIGRATION_FAILED'].includes(String(status));
  if (call === 'exchange') return status !== 'INCRMIGEATING' || task_status === 'EXCHANGING';
  if (call === 'rollback') return task_status !== 'EXCHANGE_SUCCESS';
  return call === 'delete' && IN_USE.includes(String(status));
}

/** The task is in another state from now on. */
export function enterStatus(task: CloudTask, status: string, now: number, random: Random): void {
  const own = PASSING[status];
  Object.assign(task.values, { status, halted: status === 'TERMINATING' || status === 'TERMINATED' });
  task.movesAt = own ? now + random.between(own.min, own.max) : Number.POSITIVE_INFINITY;
}

/** An exchange of addresses begins, in the direction that its call has just set. One of the same direction would swap them back. */
export function beginExchange(task: CloudTask, now: number, random: Random): void {
  task.values.task_status = 'EXCHANGING';
  task.exchangeEndsAt = now + random.between(...EXCHANGE);
}

/** Makes all moves that are due by now. */
export function moveDcsTask(task: CloudTask, now: number, random: Random): void {
  const { values, movesAt = Number.POSITIVE_INFINITY } = task;
  if (task.exchangeEndsAt !== undefined && task.exchangeEndsAt <= now) {
    values.task_status = values.heading;
    delete task.exchangeEndsAt;
  }
  if (movesAt > now) return;
  enterStatus(task, values.status === 'TERMINATING' ? 'TERMINATED' : String(values.course), now, random);
}
