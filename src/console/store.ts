import { ReplayEvent, ResolutionEvent } from '../contracts/operator-events.ts';
import type { ValidationSettings } from '../lib/change/validate.ts';
import { Result } from '../lib/relay/result-schema.ts';
import { type RecordLine, readRecordLine } from '../operator/story/evidence.ts';
import { add, type DeadLetter, isNamed, type KnownChange, type Note, subjectOf } from './known.ts';
import { createKnownChanges, MAX_KEPT } from './known-changes.ts';

/** Keeps the newest changes and calls `forget` for each that is removed. `clock` gives milliseconds since 1970. */
export function createStore(
  settings: ValidationSettings,
  forget: (known: KnownChange) => void = () => {},
  clock: () => number = Date.now,
) {
  const keyOfMessage = new Map<string, string>();
  const proofs = new Set<string>();
  const changes = createKnownChanges(forget, clock, (key) => proofs.has(key));
  const { find, findBy, touch } = changes;

  const result = (read: Result, text: string) => {
    const known = findBy(read.data.change, read.id);
    known.result = read;
    known.resultText = text;
    known.published += 1;
    return touch(known);
  };
  const operatorEvent = (read: ReplayEvent | ResolutionEvent) => {
    const known = findBy(read.data.change, undefined);
    // An event that was published again has the same id.
    if (!known.operatorEvents.some(({ id }) => id === read.id)) known.operatorEvents.push(read);
    return touch(known);
  };
  const note = (known: KnownChange, kind: Note['kind'], text: string) => {
    add(known.notes, { at: clock(), kind, text });
    return known;
  };
  const byMessage = (id: string) => changes.get(keyOfMessage.get(id) ?? '');
  const log = (line: RecordLine) => {
    const { change, message_id = '', result_id } = line;
    // The line of a message that was retried before it was read names only the message.
    const known = change && isNamed(change) ? findBy(change, result_id) : byMessage(message_id);
    if (!known) return undefined;
    add(known.lines, line);
    return touch(known);
  };

  const setDead = ({ text, ...deadLetter }: DeadLetter & { text: string }) => {
    const known = find(subjectOf(text, settings));
    known.text ??= text;
    if (known.dead?.messageId !== deadLetter.messageId) touch(known).dead = deadLetter;
  };

  return {
    /** To be called with a message that is being sent to a queue. */
    sent(text: string) {
      const known = find(subjectOf(text, settings));
      known.sent += 1;
      known.text = text;
      return touch(known);
    },
    /** To be called with a message that is being delivered to a function. */
    delivered(text: string, messageId: string) {
      const known = find(subjectOf(text, settings));
      known.text ??= text;
      if (known.delivered !== undefined) note(known, 'repeat', 'delivered again');
      known.delivered = clock();
      known.begun ??= known.delivered;
      if (keyOfMessage.size > MAX_KEPT * 4) keyOfMessage.clear();
      keyOfMessage.set(messageId, known.key);
      return touch(known);
    },
    /** To be called with a problem of messages that the relay's own lines don't have. */
    failed(messageIds: string[], text: string) {
      for (const known of messageIds.flatMap((id) => byMessage(id) ?? [])) touch(note(known, 'fault', text));
    },
    /** To be called with a line of a function's log. A line without a change is ignored. */
    line(text: string) {
      const line = readRecordLine(text);
      return line && log(line);
    },
    /** To be called with an event that the bus took. */
    published(text: string) {
      const event: unknown = JSON.parse(text);
      const read = Result.safeParse(event);
      if (read.success) return result(read.data, text);
      const done = ResolutionEvent.safeParse(event).data ?? ReplayEvent.safeParse(event).data;
      return done && operatorEvent(done);
    },
    /** To be called with all present dead letters, each with its body. */
    dead(deadLetters: (DeadLetter & { text: string })[]) {
      const keys = new Set(deadLetters.map(({ text }) => subjectOf(text, settings).key));
      const freed = changes.all().filter(({ dead, key }) => dead && !keys.has(key));
      for (const known of freed) delete touch(known).dead;
      for (const deadLetter of deadLetters) setDead(deadLetter);
    },
    /** Marks changes as samples of the start, before or after they are sent. */
    proof(texts: string[]) {
      for (const text of texts) proofs.add(subjectOf(text, settings).key);
    },
    /** Removes that mark, because a person sent the change. */
    adopt(text: string) {
      const { key } = subjectOf(text, settings);
      proofs.delete(key);
      const known = changes.get(key);
      if (known) known.proof = false;
      return key;
    },
    touch,
    get: changes.get,
    all: changes.all,
    version: changes.version,
  };
}
/** What is known about the newest changes. */
export type Store = ReturnType<typeof createStore>;
