import { type Asked, type Harm, type Sending, sendingOf } from './asked.ts';
import { type Draft, type Habits, modeUpdate, someOrder, someRefusal } from './change-kinds.ts';
import type { Values } from './world/cloud-tasks.ts';
import type { Random } from './world/random.ts';

export interface Traffic {
  changes: number;
  tasks: number;
  /** Changes per second on average; they come in bursts of at most this size. */
  rate: number;
  burst: number;
  /** The part of changes with `sequence`. */
  sequenced: number;
  poison: number;
  /** The part of changes that are sent to another message group than the rest of their task. */
  regrouped?: number;
  habits: Habits;
}

/** The event's text as a producer writes it; what doesn't count as content differs from sending to sending. */
const textOf = (event: Values, attempt: number) =>
  JSON.stringify({ ...event, time: new Date(attempt * 1000).toISOString() });

/** What a producer sends for a draft under an id: a text that can't be read stays as it is. */
export function toAsked(
  { event, kind, body, converges, contested }: Omit<Draft, 'event' | 'service'> & { event: Values | string },
  task: string,
  id: string,
  uid: string,
  sequence?: number,
): Asked {
  const numbered = sequence !== undefined && { sequence: String(sequence) };
  const head = { specversion: '1.0', id, source: '/orchestrator/faults', ...numbered };
  return {
    ...{ uid, id, kind, task, body, converges },
    ...(contested && { contested }),
    text: typeof event === 'string' ? event : textOf({ ...head, ...event }, 0),
    ...(sequence !== undefined && { sequence }),
  };
}

/** An update of a DCS task by its id, under an id that names the task and the sequence. */
export function updateAt(at: number, taskId: string, sequence: number, random: Random): Sending {
  const uid = `${taskId}/${sequence}`;
  return sendingOf(toAsked(modeUpdate(taskId, random), `dcs/${taskId}`, uid, uid, sequence), at);
}

/** The same change as a producer repeats it later. */
export const repeated = ({ text }: Asked, attempt: number) => textOf(JSON.parse(text) as Values, attempt);

/** All that producers send in a run, from time zero on, in milliseconds. */
export function plan(traffic: Traffic, random: Random): Sending[] {
  const { changes, rate } = traffic;
  const sequences = new Map<string, number>();
  const sendings: Sending[] = [];
  for (let count = 0, at = 0; count < changes; ) {
    const burst = Math.min(random.between(1, traffic.burst), changes - count);
    const task = taskName(traffic, random);
    for (let member = 0; member < burst; member++, count++) {
      // Half of a burst goes to one task, so that a batch holds several messages of a group.
      const of = random.chance(0.4) ? task : taskName(traffic, random);
      sendings.push(...some(traffic, random, sequences, of, count, at + member * 20));
    }
    at += Math.round((burst / rate) * 1000 * 2 * random.next());
  }
  for (let count = 0; count < traffic.poison; count++) sendings.push(poison(count, random.between(0, 600_000)));
  return sendings.sort((one, other) => one.at - other.at);
}

const taskName = ({ tasks }: Traffic, random: Random) =>
  `${random.chance(0.6) ? 'dcs' : 'sms'}/task-${random.between(1, tasks)}`;

/** One change, and perhaps its repetition after the window of deduplication, or another one under its id. */
function some(
  traffic: Traffic,
  random: Random,
  sequences: Map<string, number>,
  task: string,
  count: number,
  at: number,
) {
  const [id, uid] = [`change-${count}`, `u${count}`];
  const draft = random.chance(0.015)
    ? someRefusal(task, random, traffic.habits)
    : someOrder(task, random, traffic.habits);
  const sequence = random.chance(traffic.sequenced) ? nextSequence(sequences, task, random) : undefined;
  const asked = toAsked(draft, task, id, uid, sequence);
  // An orchestrator that names its groups by a formula of its own, as nothing keeps it from doing.
  const group = random.chance(traffic.regrouped ?? 0) ? { group: `${task} by another name` } : {};
  const sendings: Sending[] = [{ ...sendingOf(asked, at), ...group }];
  if (random.chance(0.034))
    sendings.push({ at: at + random.between(301_000, 1_500_000), asked, text: repeated(asked, 1) });
  if (random.chance(0.012)) {
    const other = someOrder(task, random, traffic.habits);
    sendings.push(...rivalOf(asked, toAsked(other, task, id, `${uid}x`, sequence), at, random));
  }
  return sendings;
}

/** Another change under the id of one, sent later and perhaps twice. */
function rivalOf(asked: Asked, rival: Asked, at: number, random: Random): Sending[] {
  if (rival.text === asked.text) return [];
  asked.rival = rival.uid;
  rival.rival = asked.uid;
  const later = sendingOf(rival, at + random.between(0, 300_000));
  const again = { ...later, at: later.at + 900_000, text: repeated(rival, 1) };
  return random.chance(0.3) ? [later, again] : [later];
}

/** The next number of a task; one in twenty-five is behind it. */
export function nextSequence(sequences: Map<string, number>, task: string, random: Random): number {
  const next = (sequences.get(task) ?? 0) + 1;
  if (next > 3 && random.chance(0.04)) return next - random.between(2, 3);
  sequences.set(task, next);
  return next;
}

/** A message that does harm to each process that reads it. Without `harm` it ends the process. */
export function poison(count: number, at: number, harm: Harm = 'ends'): Sending {
  const [uid, text] = [`p${count}`, `{"poison":${count}}`];
  const asked = { uid, id: uid, kind: 'poison', harm, body: {}, converges: true, text } as const;
  return sendingOf({ ...asked, task: `dcs/poison-${count}` }, at);
}
