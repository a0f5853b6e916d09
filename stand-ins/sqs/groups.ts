import type { Clock } from '../clock.ts';
import type { Message } from './message.ts';

/** The messages of a group, in the order in which they were sent. */
export interface Group {
  name: string;
  messages: Message[];
  /** When the group is checked again. */
  lookAt: number;
}

interface Lifetime {
  retention: number;
  expired?(message: Message): void;
}

/** The groups of a queue: which of them have messages to receive, and until when the others are blocked. */
export function createGroups({ retention, expired }: Lifetime, clock: Clock) {
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
      expired?.(first);
    }
  };
  const planLook = (group: Group, time: number) => {
    if (group.lookAt <= time) return;
    group.lookAt = time;
    clock.at(time, () => {
      group.lookAt = Number.POSITIVE_INFINITY;
      look(group);
    });
  };
  const forget = (group: Group) => {
    ready.delete(group);
    if (groups.get(group.name) === group) groups.delete(group.name);
  };
  /** Checks whether a group is blocked, and calls the listener if it is not. */
  const look = (group: Group) => {
    expire(group);
    const until = blockedUntil(group);
    if (group.messages.length === 0) forget(group);
    else if (until > clock.now()) {
      ready.delete(group);
      planLook(group, until);
    } else {
      ready.add(group);
      listener();
    }
  };
  const lookAt = (name: string) => {
    const group = groups.get(name);
    if (group) look(group);
  };

  return {
    isExpired,
    look,
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
      const group = groups.get(name) ?? { name, messages: [], lookAt: Number.POSITIVE_INFINITY };
      groups.set(name, group);
      group.messages.push(message);
      size += 1;
      look(group);
    },
    remove(message: Message) {
      const messages = groups.get(message.group)?.messages ?? [];
      const place = messages.indexOf(message);
      if (place < 0) return;
      messages.splice(place, 1);
      size -= 1;
      lookAt(message.group);
    },
    hide(message: Message, until: number) {
      message.hiddenUntil = until;
      lookAt(message.group);
    },
    /** Makes every message of a group visible. */
    expose(name: string) {
      for (const message of groups.get(name)?.messages ?? [])
        message.hiddenUntil = Math.min(message.hiddenUntil, clock.now());
      lookAt(name);
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
