import * as z from 'zod';
import type { Entry } from '../simulator/log.ts';

const Fault = z.looseObject({
  id: z.string(),
  fired: z.number(),
  calls: z.number().optional(),
  after: z.string().optional(),
  until: z.iso.datetime().optional(),
  match: z.object({ task: z.string().optional() }).loose().optional(),
});
const Faults = z.object({ faults: z.array(Fault) });

/** A fault as the simulator lists it. */
export type SimulatorFault = z.infer<typeof Fault>;

interface LogPage {
  entries: Entry[];
  next: number;
}

/** The most entries that are read at once. */
const PAGE_SIZE = 2000;

/** A client of the simulator's control API (simulator/README.md). Throws an Error that names the call if it is refused. */
export function createSimulatorControl(url: string) {
  let after = 0;
  let reading: Promise<Entry[]> = Promise.resolve([]);
  const call = async (path: string, method = 'GET', body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}/simulator/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the simulator refused ${method} ${path}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const readLog = async (from: number, limit = Number.MAX_SAFE_INTEGER) =>
    (await call(`log?after=${from}&limit=${limit}`)) as LogPage;
  const readOn = async () => {
    const page = await readLog(after, PAGE_SIZE);
    after = page.next;
    return page.entries;
  };
  return {
    /** The entries of the log after a number, and the number of the last one. */
    readLog,
    /** The entries that this client has not read before. Each is read once, also when this is called in parallel. */
    newEntries(): Promise<Entry[]> {
      reading = reading.then(readOn, readOn);
      return reading;
    },
    faults: async (): Promise<SimulatorFault[]> => Faults.parse(await call('faults')).faults,
    addFault: async (fault: object): Promise<string> => Fault.parse(await call('faults', 'POST', fault)).id,
    removeFault: (id: string) => call(`faults/${id}`, 'DELETE'),
    clearFaults: () => call('faults', 'DELETE'),
    /** Creates or replaces a task. The place is its service, its project (of a DCS task) and its id. */
    putTask: (place: string[], members: object) => call(`tasks/${place.join('/')}`, 'PUT', members),
    changeSettings: (settings: object) => call('settings', 'PUT', settings),
  };
}
export type SimulatorControl = ReturnType<typeof createSimulatorControl>;
