import { createSimulatorControl } from '../../local/simulator-control.ts';
import type { FaultRequest } from '../../simulator/fault-request.ts';
import type { NamedFault } from './provider-faults.ts';

/** Sets the faults of a run at the simulator, and counts them by name. */
export function createProviderControl(url: string) {
  const { addFault, faults, clearFaults, changeSettings } = createSimulatorControl(url);
  const known = new Map<string, NamedFault>();
  return {
    async add(fault: NamedFault) {
      known.set(await addFault(fault.request), fault);
    },
    /** The request with which a fault was set, by the fault's id. */
    requestOf: (id: string): Partial<FaultRequest> | undefined => known.get(id)?.request,
    /** How often each fault has occurred, by name. */
    async fired() {
      const counts: Record<string, number> = {};
      for (const { id, fired } of await faults()) {
        const name = known.get(id)?.name ?? 'unnamed';
        counts[name] = (counts[name] ?? 0) + fired;
      }
      return counts;
    },
    clear: clearFaults,
    set: changeSettings,
  };
}
export type ProviderControl = ReturnType<typeof createProviderControl>;
