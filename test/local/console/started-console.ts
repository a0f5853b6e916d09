import { createConsole } from '../../../local/console/console.ts';
import { startApi } from '../../../local/http/api.ts';
import type { Sample } from '../../../local/samples.ts';
import { type Completion, toResult, writeResult } from '../../../src/lib/relay/result.ts';

/** A change of one task, as its producer writes it. */
export const changeText = (id: string, more: object = {}) =>
  JSON.stringify({
    ...{ specversion: '1.0', id, source: '/test', type: 'migration.dcs.migration-task.update' },
    data: { project_id: 'p', task_id: `task-${id}`, body: { resume_mode: 'auto' } },
    ...more,
  });

const nameOf = (id: string) => ({
  ...{ id, source: '/test', type: 'migration.dcs.migration-task.update' },
  subject: { service: 'dcs' as const, kind: 'migration-task', id: `task-${id}`, project_id: 'p' },
});

const TAKEN: Completion = { outcome: 'succeeded', confirmedBy: 'reply', status: 200, attempts: 1 };

/** The result of a change as the relay makes it. `mac` stands for the content. */
export const resultText = (id: string, ending: Completion = TAKEN, mac = 'one'): string =>
  writeResult(toResult('relay', { ...nameOf(id), operation: 'o' }, { keyId: 'k', mac }, ending, Date.now()));

/** A line of a function's log about a change. */
export const logLine = (id: string, more: object = {}) =>
  JSON.stringify({
    ...{ level: 'INFO', message: 'change completed', timestamp: new Date().toISOString(), message_id: `m-${id}` },
    ...{ change: nameOf(id), attempts: 1, outcome: 'succeeded' },
    ...more,
  });

/** A console without a stack, on a port of its own. It shows the events that the test reports. */
export async function startConsole(samples: Sample[] = [], port = 0) {
  const console = createConsole(samples);
  const api = await startApi([], port, () => ({ status: 'ok' }), console.fallback);
  return {
    hooks: console.hooks,
    url: api.url,
    close: async () => {
      console.close();
      await api.close();
    },
  };
}
export type StartedConsole = Awaited<ReturnType<typeof startConsole>>;
