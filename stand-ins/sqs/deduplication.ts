const WINDOW = 300_000;

/** Remembers what was sent under a deduplication id, for five minutes. `now` gives milliseconds. */
export function createDeduplication<Sent>(now: () => number) {
  const recent = new Map<string, { sent: Sent; at: number }>();
  const forgetOld = () => {
    for (const [id, { at }] of recent) {
      if (now() - at < WINDOW) return;
      recent.delete(id);
    }
  };
  return {
    find(id: string): Sent | undefined {
      forgetOld();
      return recent.get(id)?.sent;
    },
    add: (id: string, sent: Sent) => void recent.set(id, { sent, at: now() }),
  };
}
