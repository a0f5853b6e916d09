export interface Message {
  id: string;
  group: string;
  body: string;
  /** The SQS sequence number, as digits. */
  number: string;
  receives: number;
  receipt: string;
  /** Until when it is in flight or put off. */
  hiddenUntil: number;
  sentAt: number;
  /** When it was received last. */
  receivedAt: number;
}

export interface Queue {
  /** The sequence number; undefined if a message with the same deduplication id was taken within the last five minutes. */
  send(group: string, body: string, deduplicationId: string): string | undefined;
  /** Up to `most` messages of groups of which no message is in flight, each group in order. */
  receive(most: number): Message[];
  /** Takes effect for the receipt of the latest receive only, and only while the message is in flight. */
  remove(receipt: string): boolean;
  /** False too for a visibility that would end later than twelve hours after the receive. */
  hide(receipt: string, milliseconds: number): boolean;
  /** Puts a dead message back at the end, new to SQS: another id, another number, no receives. */
  redrive(message: Message): void;
  readonly dead: Message[];
  /** Messages that are neither removed nor dead. */
  waiting(): Message[];
  size(): number;
  /** Ends the visibility time-out of a message's whole group early, so that somebody else gets it too; false if it was over. */
  expose(message: Message): boolean;
  /** Is told that something may be received. */
  onReady(listener: () => void): void;
}

export interface QueueSettings {
  visibility: number;
  /** After so many milliseconds a message is deleted, and a dead one too, reckoned from when it became one. */
  retention: number;
  maxReceives: number;
  /** A standard queue keeps no order and blocks no group. */
  standard?: boolean;
  /** Moves a message that came before to the dead-letter queue, as if its receives were used up. */
  isDoomed?(message: Message): boolean;
  /** Hears of a visibility that was refused, and of a message that was deleted since nobody settled it in time. */
  happened?(row: 'visibility_refused' | 'message_expired'): void;
}
