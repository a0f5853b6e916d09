import type { Message } from '../stand-ins/sqs/message.ts';
import type { PlannedMessage } from './change.ts';
import type { Register } from './register.ts';
import { isName, isSource } from './world/natural-keys.ts';
import type { World } from './world/world.ts';

/** How likely events around the workers are, as shares from 0 to 1. */
export interface Chances {
  duplicateDelivery: number;
  visibilityExpiry: number;
  /** The share of repeated receives after which the message goes to the dead-letter queue. */
  deadLetter: number;
  /** Writes by others, as a share of the messages. */
  outsiders: number;
  /** The share of subjects that do not exist. */
  missing: number;
}

/** Lets messages that were just received be received again: at once, or while they are handled. */
export function exposeByChance({ clock, random, queue, faults }: World, chances: Chances, messages: Message[]): void {
  const message = random.pick(messages);
  const expose = (row: string, after: number) =>
    clock.at(clock.now() + after, () => {
      if (queue.expose(message)) faults.fired(row);
    });
  if (random.chance(chances.duplicateDelivery)) expose('duplicate_delivery', random.between(0, 300));
  if (random.chance(chances.visibilityExpiry)) expose('visibility_expiry', random.between(500, 20_000));
}

/** Others create and delete more often than they write otherwise, because few changes do so. */
const outsidersOf = (key: string, share: number) => (isName(key) || isSource(key) ? Math.min(1, 8 * share) : share);

/** Sends each message at its time, and lets outsiders write in between. Returns a function that counts what is still to be sent. */
export function sendAll(world: World, register: Register, planned: PlannedMessage[], outsiders: number): () => number {
  const { clock, random, cloud } = world;
  const start = clock.now();
  let unsent = planned.length;
  for (const message of planned) {
    clock.at(start + message.at, () => {
      unsent--;
      send(world, register, message);
    });
    if (random.chance(outsidersOf(message.change.task, outsiders)))
      clock.at(start + message.at + random.between(0, 120_000), () => cloud.others.write(message.change.task));
  }
  return () => unsent;
}

function send(
  { clock, queue, faults }: World,
  register: Register,
  { change, text, group = change.task }: PlannedMessage,
): void {
  if (queue.send({ body: text, group, deduplicationId: `${change.uid}` }).repeated) return;
  if (group !== change.task) faults.fired('other_group');
  if (register.accepted.has(change.uid)) faults.fired('producer_duplicate');
  else if (change.conflictsWith !== undefined && register.accepted.has(change.conflictsWith)) faults.fired('conflict');
  if (register.accept(change, clock.now(), group)) faults.fired('stale_sequence');
}

const FIVE_MINUTES = 300_000;

/** The operator, who looks at the dead-letter queue every five minutes and redrives some of its messages, but no poison. */
export function startOperator(world: World, register: Register) {
  const { clock, deadLetters, random } = world;
  const found = new Map<Message, number>();
  const isPoison = ({ body }: Message) => register.changeOf(body).kind === 'poison';
  const healthy = () => deadLetters.messages().filter((message) => !isPoison(message));
  const redriveSome = () => {
    for (const message of healthy()) {
      const since = found.get(message) ?? clock.now();
      found.set(message, since);
      if (random.chance(0.4)) redrive(world, register, message, since);
    }
    clock.at(clock.now() + FIVE_MINUTES, redriveSome);
  };
  clock.at(clock.now() + FIVE_MINUTES, redriveSome);
  return {
    isDone: () => healthy().length === 0,
    /** The texts of all messages that were ever dead letters when the operator looked. */
    texts: () => [...found.keys()].map(({ body }) => body),
    found: () => [...found.keys()].filter((message) => !isPoison(message)).map(({ id }) => id),
  };
}

/** Sends a dead letter again. To SQS it is a new message, with another id, another number and no receives. */
function redrive(world: World, register: Register, message: Message, since: number): void {
  const { cloud, queue, deadLetters, faults } = world;
  const { task, uid } = register.changeOf(message.body);
  const start = since - FIVE_MINUTES;
  const later = cloud.log.findLast(
    (entry) => entry.at < start || (entry.kind === 'request' && entry.task === task && entry.uid !== uid),
  );
  if (later && later.at >= start) faults.fired('redrive_after_newer');
  deadLetters.drop(message);
  queue.send({ ...message, deduplicationId: message.id });
}
