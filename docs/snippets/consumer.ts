import type { Resolved, Result } from 'migration-relay';

/** Stores the ids of handled events: for example a table with a condition on insert. */
interface Seen {
  /** True for the first call with this id. */
  isNew(id: string): Promise<boolean>;
}

/** Handles an event of the relay. Each is handled once. */
export async function onEvent(event: Result | Resolved, seen: Seen): Promise<string> {
  if (!(await seen.isNew(event.id))) return 'handled before';
  const { change } = event.data;
  if ('resolved_as' in event.data) return `${change.id} was ${event.data.resolved_as}, as ${event.data.operator} found`;
  switch (event.data.outcome) {
    case 'succeeded':
      return `${change.id} was applied`;
    case 'superseded':
      return `${change.id} was not needed any more`;
    case 'unknown':
      return `${change.id} must be checked`;
    case 'rejected':
    case 'failed':
      return `${change.id} was not applied: ${event.data.error.code}. ${event.data.error.advice}`;
  }
}
