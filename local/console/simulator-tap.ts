import * as z from 'zod';
import type { ProviderEntry } from './provider-calls.ts';

const Fault = z.looseObject({
  id: z.string(),
  fired: z.number(),
  calls: z.number().optional(),
  after: z.string().optional(),
  until: z.iso.datetime().optional(),
  match: z.object({ task: z.string().optional() }).loose().optional(),
});

/** A fault as the simulator lists it. */
export type SimulatorFault = z.infer<typeof Fault>;

/** The simulator, through its public control API. */
export function createSimulatorTap(url: string) {
  let after = 0;
  let reading: Promise<ProviderEntry[]> = Promise.resolve([]);
  const ask = async (path: string, method = 'GET', body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}/simulator/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the simulator refused ${method} ${path}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const readOn = async () => {
    const page = (await ask(`log?after=${after}&limit=2000`)) as { entries: ProviderEntry[]; next: number };
    after = page.next;
    return page.entries;
  };
  return {
    /** The entries of the log that were not read before. Each is read once, also when this is called in parallel. */
    news(): Promise<ProviderEntry[]> {
      reading = reading.then(readOn, readOn);
      return reading;
    },
    /** The faults that can still occur. */
    async faults(): Promise<SimulatorFault[]> {
      const { faults } = z.object({ faults: z.array(Fault) }).parse(await ask('faults'));
      return faults.filter(({ calls = Infinity, fired }) => fired < calls);
    },
    async addFault(fault: Record<string, unknown>): Promise<string> {
      return Fault.parse(await ask('faults', 'POST', fault)).id;
    },
    removeFault: (id: string) => ask(`faults/${id}`, 'DELETE'),
    clearFaults: () => ask('faults', 'DELETE'),
    putTask: (path: string, task: Record<string, unknown>) => ask(`tasks/${path}`, 'PUT', task),
  };
}
export type SimulatorTap = ReturnType<typeof createSimulatorTap>;
