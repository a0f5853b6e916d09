import { type Change, type Harm, type PlannedMessage, planMessage } from './change.ts';
import { modeUpdate, someValidDraft } from './change-kinds.ts';
import { nameOf } from './create-calls.ts';
import { type Draft, type Habits, inProject, PROJECT } from './draft.ts';
import { someInvalidDraft } from './invalid-kinds.ts';
import { nameKey, sourceKey } from './world/natural-keys.ts';
import type { Random } from './world/random.ts';
import type { Values } from './world/task.ts';

interface Traffic {
  changes: number;
  tasks: number;
  /** Changes per second on average. */
  rate: number;
  /** The most changes that come at once. */
  burst: number;
  /** The share of changes with `sequence`. */
  sequenced: number;
  /** The number of poison messages. */
  poison: number;
  /** The share of changes that are sent to another message group than the rest of their task. */
  regrouped?: number;
  habits: Habits;
}

/** The event's text as a producer writes it. The `time`, which is not part of the content, differs from attempt to attempt. */
const textOf = (event: Values, attempt: number) =>
  JSON.stringify({ ...event, time: new Date(attempt * 1000).toISOString() });

/** The change that a producer makes of a draft. An event that is a text, which can't be read, stays as it is. */
export function toChange(
  {
    event,
    kind,
    body,
    repeatable,
    mayBeRefused,
    call,
    bodiless,
  }: Omit<Draft, 'event' | 'service'> & { event: Values | string },
  task: string,
  id: string,
  uid: string,
  sequence?: number,
): Change {
  const numbered = sequence !== undefined && { sequence: String(sequence) };
  const head = { specversion: '1.0', id, source: '/orchestrator/faults', ...numbered };
  return {
    ...{ uid, id, kind, task, body, repeatable },
    ...(mayBeRefused && { mayBeRefused }),
    ...(call && { call }),
    ...(bodiless && { bodiless }),
    text: typeof event === 'string' ? event : textOf({ ...head, ...event }, 0),
    ...(sequence !== undefined && { sequence }),
  };
}

/** An update of a DCS task. The change's id names the task and the sequence. */
export function updateAt(
  at: number,
  taskId: string,
  sequence: number,
  random: Random,
  project = PROJECT,
): PlannedMessage {
  const uid = `${taskId}/${sequence}`;
  return planMessage(toChange(inProject(modeUpdate(taskId, random), project), `dcs/${taskId}`, uid, uid, sequence), at);
}

/** The same change as a producer repeats it later. */
export const repeated = ({ text }: Change, attempt: number) => textOf(JSON.parse(text) as Values, attempt);

/** All messages that producers send in a run. Times are in milliseconds from its start. */
export function planMessages(traffic: Traffic, random: Random): PlannedMessage[] {
  const { changes, rate } = traffic;
  const sequences = new Map<string, number>();
  const planned: PlannedMessage[] = [];
  for (let count = 0, at = 0; count < changes; ) {
    const burst = Math.min(random.between(1, traffic.burst), changes - count);
    const task = taskName(traffic, random);
    for (let member = 0; member < burst; member++, count++) {
      // Half of a burst goes to one task, so that a batch holds several messages of a group.
      const of = random.chance(0.4) ? task : taskName(traffic, random);
      planned.push(...planChange(traffic, random, sequences, of, count, at + member * 20));
    }
    at += Math.round((burst / rate) * 1000 * 2 * random.next());
  }
  for (let count = 0; count < traffic.poison; count++) planned.push(planPoison(count, random.between(0, 600_000)));
  return planned.sort((one, other) => one.at - other.at);
}

/** One change in twenty is about a source server, and one in thirty creates a task of DCS, each under one of a few names. */
function taskName({ tasks }: Traffic, random: Random): string {
  const number = random.between(1, tasks);
  if (random.chance(0.05)) return sourceKey(`source-${number}`);
  if (random.chance(0.035)) return nameKey(nameOf(Math.ceil(number / 10)));
  return `${random.chance(0.6) ? 'dcs' : 'sms'}/task-${number}`;
}

/** One change. Perhaps it is sent again after the deduplication window, or another change has its id. */
function planChange(
  traffic: Traffic,
  random: Random,
  sequences: Map<string, number>,
  task: string,
  count: number,
  at: number,
) {
  const [id, uid] = [`change-${count}`, `u${count}`];
  const draft = random.chance(0.015)
    ? someInvalidDraft(task, random, traffic.habits)
    : someValidDraft(task, random, traffic.habits);
  const sequence = random.chance(traffic.sequenced) ? nextSequence(sequences, task, random) : undefined;
  const change = toChange(draft, task, id, uid, sequence);
  // Nothing keeps an orchestrator from naming its groups by a formula of its own.
  const group = random.chance(traffic.regrouped ?? 0) ? { group: `${task} by another name` } : {};
  const planned: PlannedMessage[] = [{ ...planMessage(change, at), ...group }];
  if (random.chance(0.034))
    planned.push({ at: at + random.between(301_000, 1_500_000), change, text: repeated(change, 1) });
  if (random.chance(0.012)) {
    const otherDraft = someValidDraft(task, random, traffic.habits);
    planned.push(...planConflict(change, toChange(otherDraft, task, id, `${uid}x`, sequence), at, random));
  }
  return planned;
}

/** Another change with the id of the first, sent later and perhaps twice. */
function planConflict(change: Change, other: Change, at: number, random: Random): PlannedMessage[] {
  if (other.text === change.text) return [];
  change.conflictsWith = other.uid;
  other.conflictsWith = change.uid;
  const later = planMessage(other, at + random.between(0, 300_000));
  const again = { ...later, at: later.at + 900_000, text: repeated(other, 1) };
  return random.chance(0.3) ? [later, again] : [later];
}

/** The next sequence of a task. One in twenty-five is older than the last. */
export function nextSequence(sequences: Map<string, number>, task: string, random: Random): number {
  const next = (sequences.get(task) ?? 0) + 1;
  if (next > 3 && random.chance(0.04)) return next - random.between(2, 3);
  sequences.set(task, next);
  return next;
}

/** A message that harms each process that reads it. */
export function planPoison(count: number, at: number, harm: Harm = 'ends'): PlannedMessage {
  const [uid, text] = [`p${count}`, `{"poison":${count}}`];
  const change = { uid, id: uid, kind: 'poison', harm, body: {}, repeatable: true, text } as const;
  return planMessage({ ...change, task: `dcs/poison-${count}` }, at);
}
