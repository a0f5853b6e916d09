import type { Change } from '../change.ts';
import { PROJECT } from '../change-kinds.ts';
import { nextSequence, repeated, toChange } from '../producers.ts';
import type { Random } from '../world/random.ts';
import { type Draft, someInvalidDraft, someValidDraft, type Target } from './changes.ts';

/** One message that a producer sends; several may carry the same change. */
export interface PlannedMessage {
  change: Change;
  text: string;
  service: 'dcs' | 'sms';
  taskId: string;
  /** Over the webhook, or into the queue directly. */
  way: 'queue' | 'webhook';
  /** True for a repetition in a message group of its own, which can run beside the first. */
  isInOwnGroup: boolean;
}

/** What is sent in a run: the number of changes and of tasks. */
export interface Traffic {
  changes: number;
  tasks: number;
  /** The part of changes whose task isn't there; one whose fate is unknown takes all its attempts. */
  missing: number;
}

const SERVICES = ['dcs', 'sms'] as const;
export const taskIdOf = (service: 'dcs' | 'sms', place: number) => `${service}-task-${place}`;

/** All that producers send, in order: bursts, repetitions at once and later, one id for two changes, invalid ones. */
export function plan(traffic: Traffic, random: Random): PlannedMessage[] {
  const placed: { place: number; message: PlannedMessage }[] = [];
  const sequences = new Map<string, number>();
  const next = taskChoice(traffic, random);
  for (let number = 0; number < traffic.changes; number++) {
    for (const [delay, message] of some({ ...next(number), number }, sequences, random))
      placed.push({ place: number + delay, message });
  }
  return placed.sort((one, other) => one.place - other.place).map(({ message }) => message);
}

/** Whose turn it is: bursts go to one task, and some name a task that isn't there. */
function taskChoice({ tasks, missing }: Traffic, random: Random) {
  const someTask = () => ({ service: random.pick(SERVICES), task: random.between(1, tasks) });
  let hot = someTask();
  return (number: number) => {
    if (random.chance(0.08)) hot = someTask();
    const { service, task } = random.chance(0.4) ? hot : someTask();
    return { service, taskId: random.chance(missing) ? `missing-${number}` : taskIdOf(service, task) };
  };
}

/** A change with all that its producers make of it, each with how many places later it is sent. */
function some(about: Target, sequences: Map<string, number>, random: Random): [number, PlannedMessage][] {
  const { service, taskId, number } = about;
  const draft = random.chance(0.02) ? someInvalidDraft(about, random) : someValidDraft(about, random);
  const sequence = random.chance(0.5) ? nextSequence(sequences, `${service}/${taskId}`, random) : undefined;
  const change = toChange(draft, `${service}/${taskId}`, `change-${number}`, `u${number}`, sequence);
  const way = draft.kind === 'valid' && random.chance(0.05) ? 'webhook' : 'queue';
  const first: PlannedMessage = { change, text: change.text, service, taskId, way, isInOwnGroup: false };
  return [
    [0, first],
    ...repetitions(first, random),
    ...(draft.kind === 'valid' ? complications(first, draft, about, random) : []),
  ];
}

/** The producer sends it again later. */
function repetitions(first: PlannedMessage, random: Random): [number, PlannedMessage][] {
  return random.chance(0.03) ? [[random.between(1, 400), again(first, 1, false)]] : [];
}

/** It is sent twice at once, or another change bears its id. */
function complications(
  first: PlannedMessage,
  { hasUniqueBody }: Draft,
  about: Target,
  random: Random,
): [number, PlannedMessage][] {
  if (hasUniqueBody && random.chance(0.02)) return [[0.5, again(first, 2, true)]];
  return random.chance(0.01) ? [[random.between(1, 100), planConflict(first, about, random)]] : [];
}

const again = (first: PlannedMessage, attempt: number, isInOwnGroup: boolean): PlannedMessage => ({
  ...first,
  // A text that can't be read is repeated as it is.
  text: first.change.kind === 'invalid' ? first.text : repeated(first.change, attempt),
  way: 'queue',
  isInOwnGroup,
});

/** Another change under the same id. */
function planConflict(first: PlannedMessage, about: Target, random: Random): PlannedMessage {
  const { change } = first;
  const other = { ...about, number: about.number + 1_000_000 };
  const conflictsWith = toChange(someValidDraft(other, random, true), change.task, change.id, `${change.uid}x`);
  change.conflictsWith = conflictsWith.uid;
  return { ...first, change: { ...conflictsWith, conflictsWith: change.uid }, text: conflictsWith.text, way: 'queue' };
}

/** The tasks that are there from the start. */
export const startTasks = (tasks: number) => ({
  dcs: Array.from({ length: tasks }, (_, index) => ({ project_id: PROJECT, task_id: taskIdOf('dcs', index + 1) })),
  sms: Array.from({ length: tasks }, (_, index) => ({ task_id: taskIdOf('sms', index + 1) })),
});
