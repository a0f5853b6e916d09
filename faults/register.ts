import type { Asked, Sending, ValidChange } from './asked.ts';

/** What is known of the changes that were sent: by their messages' text, and as the queue took them. */
export function createRegister(sendings: Sending[], standard: boolean) {
  const byText = new Map(sendings.map(({ text, asked }) => [text, asked] as const));
  const accepted = new Map<string, ValidChange>();
  const claimed = new Set<string>();
  const newest = new Map<string, number>();

  function isStale({ task, sequence }: Asked): boolean {
    if (sequence === undefined) return false;
    const before = newest.get(task) ?? -1;
    newest.set(task, Math.max(before, sequence));
    return sequence < before;
  }

  return {
    accepted,
    claimed,
    of(text: string): Asked {
      const asked = byText.get(text);
      if (!asked) throw new Error('a message that nobody sent');
      return asked;
    },
    /** True if the change's `sequence` is behind one of its task that was taken before. */
    accept(asked: Asked, at: number, group: string): boolean {
      const known = accepted.get(asked.uid);
      if (known) {
        known.messages++;
        return false;
      }
      const arrival = standard ? undefined : accepted.size;
      accepted.set(asked.uid, { asked, at, arrival, group, messages: 1 });
      return isStale(asked);
    },
  };
}
export type Register = ReturnType<typeof createRegister>;
