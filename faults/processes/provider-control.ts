import { createSimulatorControl } from '../../local/simulator-control.ts';
import type { FaultRequest } from '../../simulator/fault-request.ts';
import { PROJECT } from '../draft.ts';
import type { NamedFault } from './provider-faults.ts';

/** A DCS task that somebody else created, and when. */
export interface Stranger {
  id: string;
  name: string;
  at: number;
}

/** The most tasks of one name that others create. The relay refuses to create another one from 50 on. */
const MAX_STRANGERS = 10;

/** Sets the faults of a run at the simulator, and counts them by name. */
export function createProviderControl(url: string) {
  const { addFault, faults, clearFaults, changeSettings, putTask } = createSimulatorControl(url);
  const strangers: Stranger[] = [];
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
    /** Somebody else creates a DCS task of this name, unless there are so many that the relay would refuse to create one. */
    async addStranger(name: string, description: string) {
      if (strangers.filter((one) => one.name === name).length >= MAX_STRANGERS) return;
      const stranger = { id: `stranger-${strangers.length + 1}`, name, at: Date.now() };
      strangers.push(stranger);
      await putTask(['dcs', PROJECT, stranger.id], { task_name: name, description });
    },
    strangers,
    clear: clearFaults,
    set: changeSettings,
  };
}
export type ProviderControl = ReturnType<typeof createProviderControl>;
