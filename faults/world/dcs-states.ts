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

/** The addresses are swapped, to what they were before if they were swapped already. */
export function beginExchange(task: CloudTask, to: string, now: number, random: Random): void {
  Object.assign(task.values, { swapped: task.values.swapped !== true, task_status: 'EXCHANGING' });
  task.exchange = { to, endsAt: now + random.between(...EXCHANGE) };
}

/** Makes all moves that are due by now. */
export function moveDcsTask(task: CloudTask, now: number, random: Random): void {
  const { values, movesAt = Number.POSITIVE_INFINITY } = task;
  if (task.exchange && task.exchange.endsAt <= now) {
    values.task_status = task.exchange.to;
    delete task.exchange;
  }
  if (movesAt > now) return;
  enterStatus(task, values.status === 'TERMINATING' ? 'TERMINATED' : String(values.course), now, random);
}
