import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { createDeduplication } from './deduplication.ts';
import { createGroups, type Group } from './groups.ts';
import type { Message } from './message.ts';
import { createSequenceNumbers } from './sequence-numbers.ts';

/** The settings of a queue. Times are in milliseconds. */
export interface QueueSettings {
  visibility: number;
  /** The age at which a message is deleted, in flight or not. */
  retention: number;
  /** The receives after which a message goes to the dead-letter queue; infinite without a redrive policy. */
  maxReceives: number;
  /** Takes a message that was received too often. */
  onDeadLetter?(message: Message): void;
  /** True if a deduplication id counts only within its group. */
  deduplicatesByGroup?: boolean;
  /** The five minutes for which a deduplication id counts are divided by it. */
  deduplicationScale?: number | undefined;
  /** True for a standard queue, which keeps no order and blocks no group. */
  standard?: boolean;
  /** If true for a message that was received before, it goes to the dead-letter queue, as if its receives were used up. */
  isExhausted?(message: Message): boolean;
  /** Called with a message that was deleted because of its age. */
  onExpired?(message: Message): void;
  newId?(): string;
}

/** Why SQS refuses a receipt, by the name of its error. */
export type ReceiptError = 'ReceiptHandleIsInvalid' | 'MessageNotInflight' | 'InvalidParameterValue';

/** What a producer sends. Without a deduplication id, no duplicates are recognised. */
type OutgoingMessage = Pick<Message, 'body' | 'group'> & { deduplicationId?: string | undefined };

const MAX_VISIBILITY = 12 * 3_600_000;

/**
 * SQS as documented, FIFO by default: up to ten messages of a group in one receive. A group is blocked while one is in flight.
 * A receipt is valid only for the latest receive, and only while the message is in flight.
 */
export function createQueue(settings: QueueSettings, clock: Clock) {
  const { visibility, maxReceives, standard = false, newId = randomUUID, isExhausted = () => false } = settings;
  const groups = createGroups(settings, clock);
  const receipts = new Map<string, Message>();
  const deduplication = createDeduplication<{ id: string; sequence: string }>(clock.now, settings.deduplicationScale);
  const nextNumber = createSequenceNumbers();

  const isInFlight = ({ receipt, hiddenUntil }: Message) => receipt !== '' && hiddenUntil > clock.now();
  const inFlight = (receipt: string): Message | undefined => {
    const message = receipts.get(receipt);
    return message && isInFlight(message) && !groups.isExpired(message) ? message : undefined;
  };
  const append = ({
    id,
    body,
    group,
    deduplicationId = '',
    receives,
  }: OutgoingMessage & Pick<Message, 'id' | 'receives'>) => {
    const key = standard ? id : group;
    const sequence = standard ? '' : nextNumber(group);
    const times = { sentAt: clock.now(), firstReceivedAt: 0, receivedAt: 0, hiddenUntil: 0 };
    groups.add({ id, body, group: key, deduplicationId, sequence, receives, receipt: '', ...times });
    return { id, sequence };
  };
  const drop = (message: Message) => {
    receipts.delete(message.receipt);
    groups.remove(message);
  };
  const moveToDeadLetters = (message: Message) => {
    drop(message);
    settings.onDeadLetter?.(message);
  };
  const handOut = (message: Message, visible: number): Message => {
    receipts.delete(message.receipt);
    message.receives += 1;
    message.receivedAt = clock.now();
    message.firstReceivedAt ||= message.receivedAt;
    message.receipt = `${message.id}/${message.receives}`;
    receipts.set(message.receipt, message);
    groups.hide(message, clock.now() + visible);
    return { ...message };
  };
  const isUsedUp = (message: Message) =>
    message.receives >= maxReceives || (message.receives > 0 && isExhausted(message));
  /** Takes up to `most` messages of one group. Those that were received too often go to the dead-letter queue. */
  const takeFrom = (group: Group, max: number, visible: number): Message[] => {
    const received: Message[] = [];
    for (let next = group.messages[0]; next && received.length < max; next = group.messages[received.length]) {
      if (isUsedUp(next)) moveToDeadLetters(next);
      else received.push(handOut(next, visible));
    }
    return received;
  };

  return {
    /** Takes a message. If its deduplication id was used within five minutes, it counts as the same message. */
    send({ body, group, deduplicationId }: OutgoingMessage) {
      const key = settings.deduplicatesByGroup ? `${group}\n${deduplicationId}` : (deduplicationId ?? '');
      const before = deduplication.find(key);
      if (before) return { ...before, repeated: true };
      const sent = append({ id: newId(), body, group, deduplicationId, receives: 0 });
      if (deduplicationId !== undefined) deduplication.add(key, sent);
      return { ...sent, repeated: false };
    },
    /** Takes a dead letter of another queue. Its id and receive count stay, the id deduplicates, and its age starts again. */
    inherit: (message: Message) => void append({ ...message, deduplicationId: message.id }),
    /** Up to `most` messages of groups without a message in flight, each group in order. */
    receive(max: number, visible = visibility): Message[] {
      const received: Message[] = [];
      for (const group of groups.ready()) {
        if (received.length >= max) break;
        received.push(...takeFrom(group, max - received.length, visible));
        groups.check(group);
      }
      return received;
    },
    remove(receipt: string): ReceiptError | undefined {
      const message = inFlight(receipt);
      if (message) drop(message);
      return message ? undefined : 'ReceiptHandleIsInvalid';
    },
    /** Hides a message for some milliseconds from now; 0 makes it visible at once. It may end at most twelve hours after the receive. */
    changeVisibility(receipt: string, milliseconds: number): ReceiptError | undefined {
      const message = inFlight(receipt);
      if (!message) return 'MessageNotInflight';
      const until = clock.now() + milliseconds;
      if (until > message.receivedAt + MAX_VISIBILITY) return 'InvalidParameterValue';
      groups.hide(message, until);
      return undefined;
    },
    /** All messages, in flight or not. */
    messages: groups.messages,
    isInFlight,
    size: groups.size,
    /** Deletes a message without its receipt. */
    drop,
    /** Ends the visibility timeout of a message's whole group early, so that it is delivered a second time. False if it was over. */
    expose(message: Message): boolean {
      if (!inFlight(message.receipt)) return false;
      groups.expose(message.group);
      return true;
    },
    /** Skips a message's receives until only `left` are left, and makes it visible at once. */
    hurry(id: string, left: number): void {
      const message = groups.messages().find((one) => one.id === id);
      if (!message) return;
      message.receives = Math.max(message.receives, maxReceives - left);
      groups.hide(message, Math.min(message.hiddenUntil, clock.now()));
    },
    /** Adds a listener, which is called whenever something may be received. */
    onReady: groups.onReady,
  };
}
/** A queue of SQS. */
export type Queue = ReturnType<typeof createQueue>;
