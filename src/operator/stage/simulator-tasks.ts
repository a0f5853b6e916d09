import type { Subject } from '../../lib/operations/operation.ts';

/** What a subject must be before a change: its service, its state, and other members as a read shows them. */
export type GivenState = { service: string; state: string } & Record<string, unknown>;

/** Makes a task or a source server in a state, or replaces it, through the simulator's control API (simulator/README.md). */
export async function putSubject(
  simulatorUrl: string,
  { service, kind, project_id, id }: Subject,
  { service: _service, state, ...more }: GivenState,
): Promise<void> {
  const path = service === 'dcs' ? `tasks/dcs/${project_id}/${id}` : `${kind}s/sms/${id}`;
  const response = await fetch(`${simulatorUrl}/simulator/${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...(service === 'dcs' ? { status: state } : { state }), ...more }),
  });
  if (!response.ok) throw new Error(`the simulator refused ${path}: ${await response.text()}`);
}
