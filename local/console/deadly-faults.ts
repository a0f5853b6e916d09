import type { ProviderEntry } from './provider-calls.ts';

/**
 * Faults of the simulator that end a function's process when they occur. The simulator's log may show this only when the
 * fault is used up and gone, so each is remembered here until it has occurred as often as it may.
 */
export function createDeadlyFaults(kill: (service: string) => void) {
  const strikes = new Map<string, number>();
  const strike = ({ kind, fault = '', service }: ProviderEntry): void => {
    const left = strikes.get(fault) ?? 0;
    if (kind !== 'fault' || left === 0) return;
    strikes.set(fault, left - 1);
    kill(service);
  };
  return {
    add(ids: string[], times = Number.POSITIVE_INFINITY): void {
      for (const id of ids) strikes.set(id, times);
    },
    /** To be called with new entries of the simulator's log. */
    watch: (entries: ProviderEntry[]) => entries.forEach(strike),
    clear: () => strikes.clear(),
  };
}
