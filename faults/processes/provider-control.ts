import * as z from 'zod';
import type { FaultRequest } from '../../simulator/fault-request.ts';
import type { NamedFault } from './provider-faults.ts';

const Added = z.object({ id: z.string() });
const All = z.object({ faults: z.array(z.object({ id: z.string(), fired: z.number() })) });

/** The control calls of the simulator that a run needs. */
export function createProviderControl(url: string) {
  const known = new Map<string, NamedFault>();
  const call = async (path: string, method = 'GET', body?: object) => {
    const init = body ? { method, body: JSON.stringify(body) } : { method };
    const reply = await fetch(`${url}/simulator/${path}`, init);
    if (!reply.ok) throw new Error(`the simulator refused ${method} ${path}: ${await reply.text()}`);
    return reply;
  };
  return {
    async add(fault: NamedFault) {
      const { id } = Added.parse(await (await call('faults', 'POST', fault.request)).json());
      known.set(id, fault);
    },
    /** The request with which a fault was set, by the fault's id. */
    requestOf: (id: string): Partial<FaultRequest> | undefined => known.get(id)?.request,
    /** How often each fault has occurred, by name. */
    async fired() {
      const { faults } = All.parse(await (await call('faults')).json());
      const counts: Record<string, number> = {};
      for (const { id, fired } of faults) {
        const name = known.get(id)?.name ?? 'unnamed';
        counts[name] = (counts[name] ?? 0) + fired;
      }
      return counts;
    },
    clear: () => call('faults', 'DELETE'),
    set: (settings: object) => call('settings', 'PUT', settings),
  };
}
export type ProviderControl = ReturnType<typeof createProviderControl>;
