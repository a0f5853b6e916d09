import type { Call } from './calls.ts';
import { MODES, NAMES, refusalOf, write } from './cloud-tasks.ts';
import { someConfiguration } from './configurations.ts';
import type { Random } from './random.ts';
import type { CloudTask, Values } from './task.ts';

/** Somebody else writes to a subject, without the relay. Nobody sets a task back to what it was before. False if nothing was written. */
export function writeAsOutsider(task: CloudTask, random: Random, now: number): boolean {
  const request = random.chance(DELETES) ? DELETION : outsidersRequest(task, random);
  if (!request || task.values.gone || refusalOf(task, ...request) !== undefined) return false;
  write(task, ...request, now, random);
  return true;
}

const DELETES = 0.05;
const DELETION: [Call, Values] = ['delete', {}];

function outsidersRequest({ service, isSource, values }: CloudTask, random: Random): [Call, Values] | undefined {
  // Whoever starts a task that has ended can't be told from a restart by the relay.
  if (isSource || ENDED.has(values.status)) return undefined;
  if (service === 'sms') return ['update', { name: random.pick(NAMES) }];
  if (values.status === 'RUNNING') return ['update', { resume_mode: random.pick(MODES) }];
  return ['configure', outsidersConfiguration(random)];
}

const ENDED = new Set<unknown>(['TERMINATING', 'TERMINATED', 'FAILED', 'SUCCESS']);

/** A configuration by others has values of its own, so that it is never taken for the relay's work. */
const outsidersConfiguration = (random: Random) => ({
  ...someConfiguration(random),
  target_instance: { id: `outside-${random.id()}` },
});
