import type { Resolved, Result } from 'migration-relay';

/** What remembers ids that were handled: a table with a condition on insert, for example. */
interface Seen {
  /** True for the first call with this id. */
  isNew(id: string): Promise<boolean>;
}

/** Handles one event of the relay, each once. */
export async function onEvent(event: Result | Resolved, seen: Seen): Promise<string> {
  if (!(await seen.isNew(event.id))) return 'seen before';
  const { change } = event.data;
  if ('resolved_as' in event.data) return `${change.id} was ${event.data.resolved_as}, says ${event.data.operator}`;
  switch (event.data.outcome) {
    case 'succeeded':
      return `${change.id} is true`;
    case 'superseded':
      return `${change.id} is history`;
    case 'unknown':
      return `${change.id} needs a person`;
    case 'rejected':
    case 'failed':
      return `${change.id} was not applied: ${event.data.error.code}. ${event.data.error.advice}`;
  }
}
