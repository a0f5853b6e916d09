/** Parts of the changes that a run of the default mix stays below: no promise is broken by them, but each is a nuisance. */
export const BOUNDS: Record<string, number> = { unknown: 0.015, unknownActions: 0.025, duplicatePublishes: 0.05 };

/** With fewer changes, chance has more effect than the relay. */
const ENOUGH = 5000;

/** The bounds that a run went over, in words. */
export function exceeded(counts: Record<string, number>): string[] {
  const { accepted = 0, unknown = 0, unknownActions = 0 } = counts;
  // The state of a task seldom tells whose action led to it, so actions have a bound of their own.
  const parts: Record<string, number> = { ...counts, unknown: unknown - unknownActions };
  if (accepted < ENOUGH) return [];
  return Object.entries(BOUNDS).flatMap(([name, bound]) => {
    const part = (parts[name] ?? 0) / accepted;
    return part < bound ? [] : [`${name}: ${percent(part)} of the changes, not below ${percent(bound)}`];
  });
}

const percent = (part: number) => `${(part * 100).toFixed(2)} %`;
