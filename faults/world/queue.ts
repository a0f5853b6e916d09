import { createSequenceNumbers } from '../../stand-ins/sqs/sequence-numbers.ts';
import type { Clock } from './clock.ts';
import type { Message, Queue, QueueSettings } from './queue-shape.ts';

const WINDOW = 300_000;
/** SQS refuses a visibility that ends later than this after the receive. */
const LONGEST_VISIBILITY = 12 * 3_600_000;

/** An SQS queue, FIFO by default: a group is blocked while one of its messages is in flight. */
export function createQueue(clock: Clock, settings: QueueSettings): Queue {
  const { visibility, retention, maxReceives, standard = false } = settings;
  const { isDoomed = () => false, happened = () => undefined } = settings;
  const groups = new Map<string, Message[]>();
  const ready = new Set<string>();
  const receipts = new Map<string, Message>();
  const recent = new Map<string, number>();
  const dead: Message[] = [];
  let listener = () => {};
  const nextNumber = createSequenceNumbers();
  let ids = 0;
  let size = 0;

  const isExpired = ({ sentAt }: Message) => clock.now() >= sentAt + retention;

  /** Deletes what is too old, whether it is in flight or not. */
  const sweep = (group: string): Message[] => {
    const messages = groups.get(group) ?? [];
    const living = messages.filter((message) => !isExpired(message));
    for (const { receipt } of messages.filter(isExpired)) {
      receipts.delete(receipt);
      happened('message_expired');
      size--;
    }
    groups.set(group, living);
    return living;
  };

  const look = (group: string) => {
    const messages = sweep(group);
    if (messages.length === 0) groups.delete(group);
    const until = Math.max(0, ...messages.map(({ hiddenUntil }) => hiddenUntil));
    if (messages.length === 0 || until > clock.now()) ready.delete(group);
    else {
      ready.add(group);
      listener();
    }
  };
  const lookAt = (message: Message) => clock.at(message.hiddenUntil, () => look(message.group));

  const add = (group: string, body: string) => {
    const id = `m${ids++}`;
    const key = standard ? id : group;
    const times = { hiddenUntil: 0, sentAt: clock.now(), receivedAt: 0 };
    const message: Message = { id, group: key, body, number: nextNumber(group), receives: 0, receipt: '', ...times };
    groups.set(key, [...(groups.get(key) ?? []), message]);
    size++;
    look(key);
    return message.number;
  };

  const drop = (message: Message) => {
    const messages = (groups.get(message.group) ?? []).filter((other) => other !== message);
    groups.set(message.group, messages);
    receipts.delete(message.receipt);
    size--;
    look(message.group);
  };

  const bury = (message: Message) => {
    drop(message);
    dead.push(message);
    clock.at(clock.now() + retention, () => {
      const place = dead.indexOf(message);
      if (place < 0) return;
      dead.splice(place, 1);
      happened('message_expired');
    });
  };

  const take = (message: Message): Message[] => {
    receipts.delete(message.receipt);
    message.receives++;
    if (message.receives > maxReceives || (message.receives > 1 && isDoomed(message))) {
      bury(message);
      return [];
    }
    message.receipt = `${message.id}/${message.receives}`;
    message.receivedAt = clock.now();
    message.hiddenUntil = clock.now() + visibility;
    receipts.set(message.receipt, message);
    lookAt(message);
    return [message];
  };

  const held = (receipt: string): Message | undefined => {
    const message = receipts.get(receipt);
    return message && message.hiddenUntil > clock.now() && !isExpired(message) ? message : undefined;
  };

  return {
    dead,
    waiting: () => [...groups.values()].flat(),
    size: () => size,
    expose(message) {
      if (!held(message.receipt)) return false;
      for (const member of groups.get(message.group) ?? [])
        member.hiddenUntil = Math.min(member.hiddenUntil, clock.now());
      look(message.group);
      return true;
    },
    onReady(listen) {
      listener = listen;
    },
    send(group, body, deduplicationId) {
      const last = recent.get(deduplicationId);
      if (last !== undefined && clock.now() - last < WINDOW) return undefined;
      recent.set(deduplicationId, clock.now());
      return add(group, body);
    },
    receive(most) {
      const taken: Message[] = [];
      for (const group of ready) {
        if (taken.length >= most) break;
        const messages = sweep(group).slice(0, most - taken.length);
        taken.push(...messages.flatMap(take));
        look(group);
      }
      return taken.map((message) => ({ ...message }));
    },
    remove(receipt) {
      const message = held(receipt);
      if (message) drop(message);
      return message !== undefined;
    },
    hide(receipt, milliseconds) {
      const message = held(receipt);
      if (!message) return false;
      if (clock.now() + milliseconds > message.receivedAt + LONGEST_VISIBILITY) {
        happened('visibility_refused');
        return false;
      }
      message.hiddenUntil = clock.now() + milliseconds;
      lookAt(message);
      look(message.group);
      return true;
    },
    redrive(message) {
      dead.splice(dead.indexOf(message), 1);
      add(message.group, message.body);
    },
  };
}
