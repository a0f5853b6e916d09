import * as z from 'zod';

const Page = z.object({
  entries: z.array(z.object({ kind: z.string(), method: z.string(), path: z.string() })),
  next: z.number(),
});

/** Makes a task in a state, or replaces it, through the simulator's control API. */
export async function putTask(
  simulatorUrl: string,
  { service, state, path }: { service: 'dcs' | 'sms'; state: string; path: string },
): Promise<void> {
  const response = await fetch(`${simulatorUrl}/simulator/tasks/${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(service === 'dcs' ? { status: state } : { state }),
  });
  if (!response.ok) throw new Error(`the simulator refused the task ${path}: ${await response.text()}`);
}

/** Remembers the present end of the simulator's log. `writes` counts the requests since then that may change a task. */
export async function createProviderLog(simulatorUrl: string) {
  const start = (await read(simulatorUrl, Number.MAX_SAFE_INTEGER)).next;
  return {
    async writes(taskId: string): Promise<number> {
      const { entries } = await read(simulatorUrl, start);
      const writes = entries.filter(({ kind, method }) => kind === 'received' && method !== 'GET');
      return writes.filter(({ path }) => path.split('/').includes(taskId)).length;
    },
  };
}

async function read(simulatorUrl: string, after: number): Promise<z.output<typeof Page>> {
  const response = await fetch(`${simulatorUrl}/simulator/log?after=${after}`);
  return Page.parse(await response.json());
}
