import type { Service } from '../../src/lib/operations/operation.ts';
import type { Random } from './random.ts';
import { enterState, refusalCode, someState, stateAfter, stateAt } from './sms-states.ts';

export type Values = Record<string, unknown>;

/** A task of the provider. It has only current values, whoever wrote them. */
export interface CloudTask {
  service: Service;
  values: Values;
  /** When an SMS task moves to another state by itself. */
  movesAt?: number;
}

/** Fields of an SMS task that no read shows. */
const HIDDEN = new Set(['use_ipv6', 'use_public_ip', 'start_target_server']);

export const MODES = ['auto', 'manual'] as const;
export const NAMES = ['alpha', 'beta', 'gamma', 'delta'] as const;
export const LIMITS = [0, 100, 500, 1000] as const;
const METHODS = ['full_amount_migration', 'incremental_migration'] as const;

/** A task that nobody has changed yet. */
export function newTask(service: Service, random: Random, now: number): CloudTask {
  const values =
    service === 'dcs'
      ? { status: 'RUNNING', resume_mode: random.pick(MODES) }
      : { name: random.pick(NAMES), speed_limit: random.pick(LIMITS), state: 'READY', use_ipv6: false };
  const task = { service, values };
  if (service === 'sms') enter(task, someState(random), now, random);
  return task;
}

function enter(task: CloudTask, to: string, now: number, random: Random): void {
  const { state, movesAt } = enterState(to, now, random);
  task.values.state = state;
  task.movesAt = movesAt;
}

/** Moves an SMS task on to the state that it has by now. False if it is in the same state. */
export function moveOn(task: CloudTask, now: number, random: Random): boolean {
  const { values, movesAt = Number.POSITIVE_INFINITY } = task;
  if (movesAt > now) return false;
  const moved = stateAt({ state: String(values.state), movesAt }, now, random);
  values.state = moved.state;
  task.movesAt = moved.movesAt;
  return true;
}

/** The code with which the task's state refuses a request; undefined if it may be carried out. */
export const refusalOf = ({ values }: CloudTask, { operation }: Values) =>
  operation === undefined ? undefined : refusalCode(operation, values.state);

/** Carries out a request. A configuration starts the migration, and an action changes the task's state. */
export function write(task: CloudTask, body: Values, now: number, random: Random): void {
  if ('operation' in body) enter(task, stateAfter(body.operation, random), now, random);
  else Object.assign(task.values, body);
  if ('migration_method' in body) task.values.status = 'FULLMIGRATING';
}

/** A full migration becomes an incremental one by itself. */
export function becomeIncremental({ values }: CloudTask): void {
  if (values.status === 'FULLMIGRATING') values.status = 'INCRMIGEATING';
}

/** The values that a read shows. */
export function readableValues({ values }: CloudTask): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !HIDDEN.has(name)));
}

/** True if the task has the values of a body. */
export function hasValues({ values }: CloudTask, body: Values): boolean {
  return Object.entries(body).every(([name, value]) => JSON.stringify(values[name]) === JSON.stringify(value));
}

/** The body of a configuration. It has one of few values, so that changes coincide. */
export function someConfiguration(random: Random): Values {
  const host = () => `10.0.0.${random.between(1, 5)}:6379`;
  return {
    migration_method: random.pick(METHODS),
    resume_mode: random.pick(MODES),
    source_instance: { addrs: host() },
    target_instance: { id: `instance-${random.between(1, 3)}` },
  };
}

/** The body of a configuration as an orchestrator writes it, with the instances of its own migration. */
export function ownConfiguration(random: Random): Values {
  const host = [10, random.between(0, 255), random.between(0, 255), random.between(1, 254)].join('.');
  return {
    ...someConfiguration(random),
    source_instance: { addrs: `${host}:6379` },
    target_instance: { id: `instance-${random.id()}` },
  };
}

/** Somebody else writes to a task, without the relay. Nobody sets a configuration back to what it was before. */
export function writeAsOutsider(task: CloudTask, random: Random, now: number): void {
  write(task, outsidersBody(task, random), now, random);
}

function outsidersBody({ service, values }: CloudTask, random: Random): Values {
  if (service === 'sms') return { name: random.pick(NAMES) };
  return values.status === 'RUNNING' ? { resume_mode: random.pick(MODES) } : outsidersConfiguration(random);
}

/** A configuration by others has values of its own, so that it is never taken for the relay's work. */
const outsidersConfiguration = (random: Random) => ({
  ...someConfiguration(random),
  target_instance: { id: `outside-${random.id()}` },
});
