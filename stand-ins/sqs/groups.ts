import type { Clock } from '../clock.ts';
import type { Message } from './message.ts';

/** The messages of a group, in the order in which they were sent. */
export interface Group {
  name: string;
  messages: Message[];
  /** When the group is checked again. */
  checkAt: number;
}

interface Lifetime {
  retention: number;
  onExpired?(message: Message): void;
}

/** The groups of a queue: which of them have messages to receive, and until when the others are blocked. */
export function createGroups({ retention, onExpired }: Lifetime, clock: Clock) {
  const groups = new Map<string, Group>();
  const ready = new Set<Group>();
  let size = 0;
  let listener = () => {};

  const isExpired = ({ sentAt }: Message) => clock.now() >= sentAt + retention;
  /** Deletes messages that are too old, in flight or not. */
  const expire = ({ messages }: Group) => {
    for (let first = messages[0]; first && isExpired(first); first = messages[0]) {
      messages.shift();
      size -= 1;
      onExpired?.(first);
    }
  };
  const planCheck = (group: Group, time: number) => {
    if (group.checkAt <= time) return;
    group.checkAt = time;
    clock.at(time, () => {
      group.checkAt = Number.POSITIVE_INFINITY;
      check(group);
    });
  };
  const forget = (group: Group) => {
    ready.delete(group);
    if (groups.get(group.name) === group) groups.delete(group.name);
  };
  /** Checks whether a group is blocked, and calls the listener if it is not. */
  const check = (group: Group) => {
    expire(group);
    const until = blockedUntil(group);
    if (group.messages.length === 0) forget(group);
    else if (until > clock.now()) {
      ready.delete(group);
      planCheck(group, until);
    } else {
      ready.add(group);
      listener();
    }
  };
  const checkByName = (name: string) => {
    const group = groups.get(name);
    if (group) check(group);
  };

  return {
    isExpired,
    check,
    size: () => size,
    messages() {
      for (const group of [...groups.values()]) expire(group);
      return [...groups.values()].flatMap(({ messages }) => messages);
    },
    /** Groups with messages to receive, in the order in which they became ready. */
    *ready() {
      for (const group of ready) {
        expire(group);
        yield group;
      }
    },
    add(message: Message) {
      const { group: name } = message;
      const group = groups.get(name) ?? { name, messages: [], checkAt: Number.POSITIVE_INFINITY };
      groups.set(name, group);
      group.messages.push(message);
      size += 1;
      check(group);
    },
    remove(message: Message) {
      const messages = groups.get(message.group)?.messages ?? [];
      const place = messages.indexOf(message);
      if (place < 0) return;
      messages.splice(place, 1);
      size -= 1;
      checkByName(message.group);
    },
    hide(message: Message, until: number) {
      message.hiddenUntil = until;
      checkByName(message.group);
    },
    /** Makes every message of a group visible. */
    expose(name: string) {
      for (const message of groups.get(name)?.messages ?? [])
        message.hiddenUntil = Math.min(message.hiddenUntil, clock.now());
      checkByName(name);
    },
    onReady(listen: () => void) {
      listener = listen;
    },
  };
}

/** A receive takes at most ten from the front, so no message after the first one that was never received is hidden. */
function blockedUntil({ messages }: Group): number {
  let latest = 0;
  for (const { receipt, hiddenUntil } of messages) {
    if (receipt === '') break;
    latest = Math.max(latest, hiddenUntil);
  }
  return latest;
}
