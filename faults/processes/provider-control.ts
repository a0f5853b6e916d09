import * as z from 'zod';
import type { FaultRequest } from '../../simulator/faults.ts';
import type { NamedFault } from './provider-faults.ts';

const Added = z.object({ id: z.string() });
const All = z.object({ faults: z.array(z.object({ id: z.string(), fired: z.number() })) });

/** The simulator's control API, as a run needs it. */
export function createProviderControl(url: string) {
  const known = new Map<string, NamedFault>();
  const ask = async (path: string, method = 'GET', body?: object) => {
    const init = body ? { method, body: JSON.stringify(body) } : { method };
    const reply = await fetch(`${url}/simulator/${path}`, init);
    if (!reply.ok) throw new Error(`the simulator refused ${method} ${path}: ${await reply.text()}`);
    return reply;
  };
  return {
    async add(fault: NamedFault) {
      const { id } = Added.parse(await (await ask('faults', 'POST', fault.request)).json());
      known.set(id, fault);
    },
    /** What a fault of the log was asked to do. */
    requestOf: (id: string): Partial<FaultRequest> | undefined => known.get(id)?.request,
    /** How often each has struck, by name. */
    async fired() {
      const { faults } = All.parse(await (await ask('faults')).json());
      const counts: Record<string, number> = {};
      for (const { id, fired } of faults) {
        const name = known.get(id)?.name ?? 'unnamed';
        counts[name] = (counts[name] ?? 0) + fired;
      }
      return counts;
    },
    clear: () => ask('faults', 'DELETE'),
    set: (settings: object) => ask('settings', 'PUT', settings),
  };
}
export type ProviderControl = ReturnType<typeof createProviderControl>;
