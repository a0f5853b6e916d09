import type { Message } from '../stand-ins/sqs/message.ts';
import type { PlannedMessage } from './change.ts';
import type { Register } from './register.ts';
import type { World } from './world/world.ts';

/** What happens around the workers, by chance. */
export interface Chances {
  duplicateDelivery: number;
  visibilityExpiry: number;
  /** Of receives of a message that came before: it goes to the dead-letter queue. */
  bury: number;
  /** Writes of others, as a part of the sendings. */
  outsiders: number;
}

/** Somebody else may get messages too that were just received: at once, or while they are worked on. */
export function exposeByChance({ clock, random, queue, faults }: World, chances: Chances, messages: Message[]): void {
  const message = random.pick(messages);
  const expose = (row: string, after: number) =>
    clock.at(clock.now() + after, () => {
      if (queue.expose(message)) faults.fired(row);
    });
  if (random.chance(chances.duplicateDelivery)) expose('duplicate_delivery', random.between(0, 300));
  if (random.chance(chances.visibilityExpiry)) expose('visibility_expiry', random.between(500, 20_000));
}

/** Sends everything at its time, and lets outsiders write among it. Gives how much is still to be sent. */
export function sendAll(world: World, register: Register, planned: PlannedMessage[], outsiders: number): () => number {
  const { clock, random, cloud } = world;
  const start = clock.now();
  let unsent = planned.length;
  for (const message of planned) {
    clock.at(start + message.at, () => {
      unsent--;
      send(world, register, message);
    });
    if (random.chance(outsiders))
      clock.at(start + message.at + random.between(0, 120_000), () => cloud.writeAsOutsider(message.change.task));
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

const ROUND = 300_000;

/** The operator: looks every five minutes and redrives what lies in the dead-letter queue, but for poison. */
export function startOperator(world: World, register: Register) {
  const { clock, dead, random } = world;
  const found = new Map<Message, number>();
  const isPoison = ({ body }: Message) => register.of(body).kind === 'poison';
  const living = () => dead.messages().filter((message) => !isPoison(message));
  const round = () => {
    for (const message of living()) {
      const since = found.get(message) ?? clock.now();
      found.set(message, since);
      if (random.chance(0.4)) redrive(world, register, message, since);
    }
    clock.at(clock.now() + ROUND, round);
  };
  clock.at(clock.now() + ROUND, round);
  return {
    isDone: () => living().length === 0,
    /** Every message that was ever found dead. */
    texts: () => [...found.keys()].map(({ body }) => body),
    found: () => [...found.keys()].filter((message) => !isPoison(message)).map(({ id }) => id),
  };
}

/** A message that is redriven is new to SQS: another id, another number, no receives. */
function redrive({ cloud, queue, dead, faults }: World, register: Register, message: Message, since: number): void {
  const { task, uid } = register.of(message.body);
  const later = cloud.log.findLast(
    (entry) => entry.at < since - ROUND || (entry.kind === 'request' && entry.task === task && entry.uid !== uid),
  );
  if (later && later.at >= since - ROUND) faults.fired('redrive_after_newer');
  dead.drop(message);
  queue.send({ ...message, deduplicationId: message.id });
}
