import { DCS_OPERATIONS } from '../lib/operations/dcs.ts';
import type { Operation } from '../lib/operations/operation.ts';
import { SMS_OPERATIONS } from '../lib/operations/sms.ts';

/** All operations of the relay, of both queues. */
export const OPERATIONS: readonly Operation[] = [...DCS_OPERATIONS, ...SMS_OPERATIONS];

/** The change types, each once. */
export const CHANGE_TYPES: readonly string[] = [...new Set(OPERATIONS.map(({ change }) => change))];

/** The name of a contract: its change type, followed by the revision if there are several. */
export const contractName = ({ change, revision }: Pick<Operation, 'change' | 'revision'>) =>
  revision === undefined ? change : `${change}.${revision}`;

/** The call that an operation makes, with the ids of its path in braces. */
export function routeOf({ method, path }: Pick<Operation, 'method' | 'path'>): string {
  const route = path({ project_id: 'project-id', task_id: 'task-id', source_id: 'source-id', body: {} });
  return `${method} ${route.replace(/(project|task|source)-id/g, '{$1_id}')}`;
}
