import type { Change } from '../change.ts';
import { nextSequence, repeated, toChange } from '../producers.ts';
import type { Random } from '../world/random.ts';
import type { Values } from '../world/task.ts';
import { type Draft, someInvalidDraft, someValidDraft, type Target } from './changes.ts';
import { OWN_KINDS } from './own-subjects.ts';

/** A message that a producer sends; several may carry the same change. */
export interface PlannedMessage {
  change: Change;
  text: string;
  service: 'dcs' | 'sms';
  /** The id of the change's subject, on which its message group depends. */
  subjectId: string;
  /** Over the webhook, or directly into the queue. */
  via: 'queue' | 'webhook';
  /** True for a repeat in a message group of its own, which can be handled at the same time as the first message. */
  hasOwnGroup: boolean;
}

/** All that producers send, and the subjects that exist from the start, by key, with the members that are not as usual. */
export interface Traffic {
  messages: PlannedMessage[];
  subjects: Map<string, Values>;
}

/** How much is sent in a run. */
interface Volume {
  changes: number;
  /** Tasks per service that have several changes. */
  tasks: number;
  /** The share of changes whose task does not exist. Such a change, once in doubt, takes all its attempts. */
  missing: number;
}

/** A message, and the number of places by which it is sent later. */
type Later = [places: number, message: PlannedMessage];

/** What the changes of a run have in common while it is planned. */
interface Plan {
  volume: Volume;
  random: Random;
  /** The last sequence of each subject. */
  sequences: Map<string, number>;
  subjects: Map<string, Values>;
}

const SERVICES = ['dcs', 'sms'] as const;
const taskIdOf = (service: 'dcs' | 'sms', place: number) => `${service}-task-${place}`;
/** The share of changes with a subject of their own. */
const OWN = 0.3;
/** The numbers of further changes begin here, so that their values differ from all others. */
const [RIVALS, FURTHER] = [1_000_000, 2_000_000];

/** Everything that producers send, in order: bursts, repeats at once and later, two changes with one id, invalid changes. */
export function planTraffic(volume: Volume, random: Random): Traffic {
  const plan: Plan = { volume, random, sequences: new Map(), subjects: sharedTasks(volume) };
  const placed: { place: number; message: PlannedMessage }[] = [];
  const next = taskChoice(plan);
  let owned = 0;
  for (let number = 0; number < volume.changes; number++) {
    const messages = random.chance(OWN) ? planOwn(plan, number, owned++) : planShared(plan, next(number));
    for (const [places, message] of messages) placed.push({ place: number + places, message });
  }
  const messages = placed.sort((one, other) => one.place - other.place).map(({ message }) => message);
  return { messages, subjects: plan.subjects };
}

const sharedTasks = ({ tasks }: Volume) =>
  new Map<string, Values>(
    SERVICES.flatMap((service) =>
      Array.from({ length: tasks }, (_, index) => [`${service}/${taskIdOf(service, index + 1)}`, {}] as const),
    ),
  );

/** Chooses the task of each change. Bursts go to one task, and some changes name a task that does not exist. */
function taskChoice({ volume: { tasks, missing }, random }: Plan) {
  const someTask = () => ({ service: random.pick(SERVICES), task: random.between(1, tasks) });
  let hot = someTask();
  return (number: number): Target => {
    if (random.chance(0.08)) hot = someTask();
    const { service, task } = random.chance(0.4) ? hot : someTask();
    return { service, taskId: random.chance(missing) ? `missing-${number}` : taskIdOf(service, task), number };
  };
}

/** A change of a task that has several. */
function planShared(plan: Plan, target: Target): Later[] {
  const { random } = plan;
  const draft = random.chance(0.02) ? someInvalidDraft(target, random) : someValidDraft(target, random);
  const first = planMessage(plan, draft, `${target.service}/${target.taskId}`, target.number);
  return [
    [0, first],
    ...laterRepeats(first, random),
    ...(draft.kind === 'valid' ? repeatsOrConflicts(first, draft, target, random) : []),
  ];
}

/** A change of a subject of its own, of one kind after the other, and perhaps a further change of the same subject. */
function planOwn(plan: Plan, number: number, place: number): Later[] {
  const { random, subjects, volume } = plan;
  const kind = OWN_KINDS[place % OWN_KINDS.length] ?? random.pick(OWN_KINDS);
  const id = `own-${number}`;
  const key = `${kind.place}/${id}`;
  // What has a name only in order to be created is never missing.
  if (kind.place === 'dcs-name' || !random.chance(volume.missing)) subjects.set(key, kind.start);
  const first = planMessage(plan, kind.change(id, random), key, number);
  const atOnce: Later[] = random.chance(0.02) ? [[0.5, again(first, 2, true)]] : [];
  const next = random.chance(0.3) && planMessage(plan, kind.next(id, random), key, FURTHER + number);
  return [
    [0, first],
    ...laterRepeats(first, random),
    ...atOnce,
    ...(next ? ([[random.between(1, 200), next]] satisfies Later[]) : []),
  ];
}

/** The first message of a change. */
function planMessage(
  { sequences, random }: Plan,
  draft: Omit<Draft, 'hasUniqueBody'>,
  key: string,
  number: number,
): PlannedMessage {
  const sequence = random.chance(0.5) ? nextSequence(sequences, key, random) : undefined;
  const change = toChange(draft, key, `change-${number}`, `u${number}`, sequence);
  const via = draft.kind === 'valid' && random.chance(0.05) ? 'webhook' : 'queue';
  const subjectId = key.slice(key.indexOf('/') + 1);
  return { change, text: change.text, service: draft.service, subjectId, via, hasOwnGroup: false };
}

/** Perhaps the producer sends the change again later. */
function laterRepeats(first: PlannedMessage, random: Random): Later[] {
  return random.chance(0.03) ? [[random.between(1, 400), again(first, 1, false)]] : [];
}

/** Perhaps the change is sent twice at once, or another change has its id. */
function repeatsOrConflicts(first: PlannedMessage, { hasUniqueBody }: Draft, target: Target, random: Random): Later[] {
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
  const draft = someValidDraft({ ...target, number: RIVALS + target.number }, random, true);
  const other = toChange(draft, change.task, change.id, `${change.uid}x`);
  change.conflictsWith = other.uid;
  return { ...first, change: { ...other, conflictsWith: change.uid }, text: other.text, via: 'queue' };
}
