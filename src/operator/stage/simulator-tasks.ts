import type { Subject } from '../../lib/operations/operation.ts';

/** Makes a task in a state, or replaces it, through the simulator's control API (simulator/README.md). */
export async function putTask(
  simulatorUrl: string,
  { service, project_id, id }: Omit<Subject, 'kind'>,
  state: string,
): Promise<void> {
  const path = service === 'dcs' ? `dcs/${project_id}/${id}` : `sms/${id}`;
  const response = await fetch(`${simulatorUrl}/simulator/tasks/${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(service === 'dcs' ? { status: state } : { state }),
  });
  if (!response.ok) throw new Error(`the simulator refused the task ${path}: ${await response.text()}`);
}
