import type { Asked } from '../asked.ts';
import { PROJECT } from '../change-kinds.ts';
import { nextSequence, repeated, toAsked } from '../producers.ts';
import type { Random } from '../world/random.ts';
import { type About, type Draft, someOrder, someRefusal } from './changes.ts';

/** One message that a producer sends; several may carry the same change. */
export interface Sending {
  asked: Asked;
  text: string;
  service: 'dcs' | 'sms';
  taskId: string;
  /** Over the webhook, or into the queue directly. */
  way: 'queue' | 'webhook';
  /** True for a repetition in a message group of its own, which can run beside the first. */
  aside: boolean;
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
export function plan(traffic: Traffic, random: Random): Sending[] {
  const placed: { place: number; sending: Sending }[] = [];
  const sequences = new Map<string, number>();
  const next = taskChoice(traffic, random);
  for (let number = 0; number < traffic.changes; number++) {
    for (const [delay, sending] of some({ ...next(number), number }, sequences, random))
      placed.push({ place: number + delay, sending });
  }
  return placed.sort((one, other) => one.place - other.place).map(({ sending }) => sending);
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
function some(about: About, sequences: Map<string, number>, random: Random): [number, Sending][] {
  const { service, taskId, number } = about;
  const draft = random.chance(0.02) ? someRefusal(about, random) : someOrder(about, random);
  const sequence = random.chance(0.5) ? nextSequence(sequences, `${service}/${taskId}`, random) : undefined;
  const asked = toAsked(draft, `${service}/${taskId}`, `change-${number}`, `u${number}`, sequence);
  const way = draft.kind === 'valid' && random.chance(0.05) ? 'webhook' : 'queue';
  const first: Sending = { asked, text: asked.text, service, taskId, way, aside: false };
  return [
    [0, first],
    ...repetitions(first, random),
    ...(draft.kind === 'valid' ? complications(first, draft, about, random) : []),
  ];
}

/** The producer sends it again later. */
function repetitions(first: Sending, random: Random): [number, Sending][] {
  return random.chance(0.03) ? [[random.between(1, 400), again(first, 1, false)]] : [];
}

/** It is sent twice at once, or another change bears its id. */
function complications(first: Sending, { singular }: Draft, about: About, random: Random): [number, Sending][] {
  if (singular && random.chance(0.02)) return [[0.5, again(first, 2, true)]];
  return random.chance(0.01) ? [[random.between(1, 100), rivalOf(first, about, random)]] : [];
}

const again = (first: Sending, attempt: number, aside: boolean): Sending => ({
  ...first,
  // A text that can't be read is repeated as it is.
  text: first.asked.kind === 'invalid' ? first.text : repeated(first.asked, attempt),
  way: 'queue',
  aside,
});

/** Another change under the same id. */
function rivalOf(first: Sending, about: About, random: Random): Sending {
  const { asked } = first;
  const other = { ...about, number: about.number + 1_000_000 };
  const rival = toAsked(someOrder(other, random, true), asked.task, asked.id, `${asked.uid}x`);
  asked.rival = rival.uid;
  return { ...first, asked: { ...rival, rival: asked.uid }, text: rival.text, way: 'queue' };
}

/** The tasks that are there from the start. */
export const startTasks = (tasks: number) => ({
  dcs: Array.from({ length: tasks }, (_, index) => ({ project_id: PROJECT, task_id: taskIdOf('dcs', index + 1) })),
  sms: Array.from({ length: tasks }, (_, index) => ({ task_id: taskIdOf('sms', index + 1) })),
});
