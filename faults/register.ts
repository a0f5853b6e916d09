import type { AcceptedChange, Change, PlannedMessage } from './change.ts';

/** Keeps the changes that producers send: by the text of their messages, and as the queue accepted them. */
export function createRegister(planned: PlannedMessage[], standard: boolean) {
  const byText = new Map(planned.map(({ text, change }) => [text, change] as const));
  const accepted = new Map<string, AcceptedChange>();
  const claimed = new Set<string>();
  const newest = new Map<string, number>();

  function isStale({ task, sequence }: Change): boolean {
    if (sequence === undefined) return false;
    const before = newest.get(task) ?? -1;
    newest.set(task, Math.max(before, sequence));
    return sequence < before;
  }

  return {
    accepted,
    claimed,
    changeOf(text: string): Change {
      const change = byText.get(text);
      if (!change) throw new Error('a message that nobody sent');
      return change;
    },
    /** Notes that the queue took a message. True if the change's `sequence` is older than one of its task that was taken before. */
    accept(change: Change, at: number, group: string): boolean {
      const known = accepted.get(change.uid);
      if (known) {
        known.messages++;
        return false;
      }
      const arrival = standard ? undefined : accepted.size;
      accepted.set(change.uid, { change, at, arrival, group, messages: 1 });
      return isStale(change);
    },
  };
}
export type Register = ReturnType<typeof createRegister>;
