import type { Change } from '../change.ts';
import { PROJECT } from '../draft.ts';
import { nextSequence, repeated, toChange } from '../producers.ts';
import type { Random } from '../world/random.ts';
import { type Draft, someInvalidDraft, someValidDraft, type Target } from './changes.ts';

/** A message that a producer sends; several may carry the same change. */
export interface PlannedMessage {
  change: Change;
  text: string;
  service: 'dcs' | 'sms';
  taskId: string;
  /** Over the webhook, or directly into the queue. */
  via: 'queue' | 'webhook';
  /** True for a repeat in a message group of its own, which can be handled at the same time as the first message. */
  hasOwnGroup: boolean;
}

/** How much is sent in a run. */
interface Traffic {
  changes: number;
  /** Tasks per service. */
  tasks: number;
  /** The share of changes whose task does not exist. Such a change, once in doubt, takes all its attempts. */
  missing: number;
}

const SERVICES = ['dcs', 'sms'] as const;
const taskIdOf = (service: 'dcs' | 'sms', place: number) => `${service}-task-${place}`;

/** All messages that producers send, in order: bursts, repeats at once and later, two changes with one id, invalid changes. */
export function planMessages(traffic: Traffic, random: Random): PlannedMessage[] {
  const placed: { place: number; message: PlannedMessage }[] = [];
  const sequences = new Map<string, number>();
  const next = taskChoice(traffic, random);
  for (let number = 0; number < traffic.changes; number++) {
    for (const [delay, message] of planChange({ ...next(number), number }, sequences, random))
      placed.push({ place: number + delay, message });
  }
  return placed.sort((one, other) => one.place - other.place).map(({ message }) => message);
}

/** Chooses the task of each change. Bursts go to one task, and some changes name a task that does not exist. */
function taskChoice({ tasks, missing }: Traffic, random: Random) {
  const someTask = () => ({ service: random.pick(SERVICES), task: random.between(1, tasks) });
  let hot = someTask();
  return (number: number) => {
    if (random.chance(0.08)) hot = someTask();
    const { service, task } = random.chance(0.4) ? hot : someTask();
    return { service, taskId: random.chance(missing) ? `missing-${number}` : taskIdOf(service, task) };
  };
}

/** The messages of one change, each with the number of places by which it is sent later. */
function planChange(target: Target, sequences: Map<string, number>, random: Random): [number, PlannedMessage][] {
  const { service, taskId, number } = target;
  const draft = random.chance(0.02) ? someInvalidDraft(target, random) : someValidDraft(target, random);
  const sequence = random.chance(0.5) ? nextSequence(sequences, `${service}/${taskId}`, random) : undefined;
  const change = toChange(draft, `${service}/${taskId}`, `change-${number}`, `u${number}`, sequence);
  const via = draft.kind === 'valid' && random.chance(0.05) ? 'webhook' : 'queue';
  const first: PlannedMessage = { change, text: change.text, service, taskId, via, hasOwnGroup: false };
  return [
    [0, first],
    ...laterRepeats(first, random),
    ...(draft.kind === 'valid' ? repeatsOrConflicts(first, draft, target, random) : []),
  ];
}

/** Perhaps the producer sends the change again later. */
function laterRepeats(first: PlannedMessage, random: Random): [number, PlannedMessage][] {
  return random.chance(0.03) ? [[random.between(1, 400), again(first, 1, false)]] : [];
}

/** Perhaps the change is sent twice at once, or another change has its id. */
function repeatsOrConflicts(
  first: PlannedMessage,
  { hasUniqueBody }: Draft,
  target: Target,
  random: Random,
): [number, PlannedMessage][] {
  if (hasUniqueBody && random.chance(0.02)) return [[0.5, again(first, 2, true)]];
  return random.chance(0.01) ? [[random.between(1, 100), planConflict(first, target, random)]] : [];
}

const again = (first: PlannedMessage, attempt: number, hasOwnGroup: boolean): PlannedMessage => ({
  ...first,
  // A text that can't be read is repeated as it is.
  text: first.change.kind === 'invalid' ? first.text : repeated(first.change, attempt),
  via: 'queue',
  hasOwnGroup,
});

/** Another change with the same id. */
function planConflict(first: PlannedMessage, target: Target, random: Random): PlannedMessage {
  const { change } = first;
  const draft = someValidDraft({ ...target, number: target.number + 1_000_000 }, random, true);
  const other = toChange(draft, change.task, change.id, `${change.uid}x`);
  change.conflictsWith = other.uid;
  return { ...first, change: { ...other, conflictsWith: change.uid }, text: other.text, via: 'queue' };
}

/** The tasks that exist from the start. */
export const startTasks = (tasks: number) => ({
  dcs: Array.from({ length: tasks }, (_, index) => ({ project_id: PROJECT, task_id: taskIdOf('dcs', index + 1) })),
  sms: Array.from({ length: tasks }, (_, index) => ({ task_id: taskIdOf('sms', index + 1) })),
});
