import { DCS_OPERATIONS } from '../lib/operations/dcs.ts';
import type { Operation } from '../lib/operations/operation.ts';
import { SMS_OPERATIONS } from '../lib/operations/sms.ts';

/** Every operation of the relay, whatever its queue. */
export const OPERATIONS: readonly Operation[] = [...DCS_OPERATIONS, ...SMS_OPERATIONS];

/** The change types, each once. */
export const CHANGE_TYPES: readonly string[] = [...new Set(OPERATIONS.map(({ change }) => change))];

/** What a contract is called: its change type, and the revision where several stand side by side. */
export const contractName = ({ change, revision }: Pick<Operation, 'change' | 'revision'>) =>
  revision === undefined ? change : `${change}.${revision}`;

/** The call that an operation makes, with the ids of its path in braces. */
export function routeOf({ method, path }: Pick<Operation, 'method' | 'path'>): string {
  const route = path({ project_id: 'project-id', task_id: 'task-id', body: {} });
  return `${method} ${route.replace('project-id', '{project_id}').replace('task-id', '{task_id}')}`;
}
