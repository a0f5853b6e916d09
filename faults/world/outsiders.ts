import type { Call } from './calls.ts';
import { MODES, NAMES, refusalOf, write } from './cloud-tasks.ts';
import { someConfiguration } from './configurations.ts';
import type { Random } from './random.ts';
import type { CloudTask, Values } from './task.ts';

/** Somebody else writes to a task, without the relay. Nobody sets a task back to what it was before. */
export function writeAsOutsider(task: CloudTask, random: Random, now: number): void {
  const [call, body] = outsidersRequest(task, random);
  if (refusalOf(task, call, body) === undefined) write(task, call, body, now, random);
}

function outsidersRequest({ service, isSource, values: { status } }: CloudTask, random: Random): [Call, Values] {
  if (isSource || random.chance(DELETES)) return ['delete', {}];
  if (service === 'sms') return ['update', { name: random.pick(NAMES) }];
  if (status === 'RUNNING') return ['update', { resume_mode: random.pick(MODES) }];
  // Whoever starts a task that has ended can't be told from a restart by the relay.
  return ENDED.has(status) ? ['delete', {}] : ['configure', outsidersConfiguration(random)];
}

const DELETES = 0.05;
const ENDED = new Set<unknown>(['TERMINATING', 'TERMINATED', 'FAILED', 'SUCCESS']);

/** A configuration by others has values of its own, so that it is never taken for the relay's work. */
const outsidersConfiguration = (random: Random) => ({
  ...someConfiguration(random),
  target_instance: { id: `outside-${random.id()}` },
});
