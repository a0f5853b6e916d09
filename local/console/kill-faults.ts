import type { Entry } from '../../simulator/log.ts';

/**
 * Faults of the simulator that end a function's process when they occur. When the simulator's log shows this, the fault may be
 * used up and removed already. Each is therefore kept here until it has occurred as often as it may.
 */
export function createKillFaults(kill: (service: string) => void) {
  const remaining = new Map<string, number>();
  const watchEntry = ({ kind, fault = '', service }: Entry): void => {
    const left = remaining.get(fault) ?? 0;
    if (kind !== 'fault' || left === 0) return;
    remaining.set(fault, left - 1);
    kill(service);
  };
  return {
    add(ids: string[], times = Number.POSITIVE_INFINITY): void {
      for (const id of ids) remaining.set(id, times);
    },
    /** To be called with new entries of the simulator's log. */
    watch: (entries: Entry[]) => entries.forEach(watchEntry),
    clear: () => remaining.clear(),
  };
}
