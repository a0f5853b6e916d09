import { type Accepted, type Asked, alone, type Sending } from './asked.ts';

/** What is known of the changes that were sent: by their messages' text, and as the queue took them. */
export function createRegister(sendings: Sending[], standard: boolean) {
  const byText = new Map(sendings.map(({ text, asked }) => [text, asked] as const));
  const accepted = new Map<string, Accepted>();
  const claimed = new Set<string>();
  const newest = new Map<string, number>();
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
        if (known.group !== group) known.group = alone(asked.uid);
        return false;
      }
      const arrival = standard ? undefined : accepted.size;
      accepted.set(asked.uid, { asked, at, arrival, group, messages: 1 });
      if (asked.sequence === undefined) return false;
      const before = newest.get(asked.task) ?? -1;
      newest.set(asked.task, Math.max(before, asked.sequence));
      return asked.sequence < before;
    },
  };
}
export type Register = ReturnType<typeof createRegister>;
