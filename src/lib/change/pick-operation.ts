import type { Problem } from '../json/problem.ts';
import type { Cloud, Operation, Revision } from '../operations/operation.ts';
import type { ChangeEvent } from './change.ts';
import { nearest } from './nearest.ts';

interface Settings {
  operations: readonly Operation[];
  revision: Revision;
  cloud?: Cloud;
}

/** The operation of a change's type and revision. A change without a revision gets the one of the settings. */
export function pick({ type, revision }: ChangeEvent, settings: Settings): Operation | Problem {
  const ofType = settings.operations.filter(({ change }) => change === type);
  const [first] = ofType;
  if (!first) return { path: 'type', message: unknownType(type, settings.operations) };
  if (first.cloud !== undefined && settings.cloud !== undefined && first.cloud !== settings.cloud)
    return {
      path: 'type',
      message: `must be a change that ${settings.cloud} offers; only ${first.cloud} has ${first.call}`,
    };
  if (first.revision === undefined) return first;
  const wanted = revision ?? settings.revision;
  const found = ofType.find((operation) => operation.revision === wanted);
  const revisions = ofType.map((operation) => operation.revision).join(' or ');
  return found ?? { path: 'dataschema', message: `must end in a revision that is known: ${revisions}` };
}

/** The revision that a change names in the last segment of `dataschema`. Undefined for a type without revisions. */
export function namedRevision({ type, dataschema }: ChangeEvent, operations: readonly Operation[]): string | undefined {
  if (dataschema === undefined) return undefined;
  const hasRevisions = operations.some(({ change, revision }) => change === type && revision !== undefined);
  return hasRevisions ? dataschema.slice(dataschema.lastIndexOf('/') + 1) : undefined;
}

/** A type in any other form is not repeated in a message, because it may be a secret in the wrong place. */
const TYPE_NAME = /^[a-z][a-z0-9-]{0,31}(?:\.[a-z0-9-]{1,32}){1,7}$/;

function unknownType(type: string, operations: readonly Operation[]): string {
  const known = [...new Set(operations.map(({ change }) => change))];
  const meant = nearest(type, known);
  const allowed = meant === undefined ? `one of ${known.join(', ')}` : 'a type that the relay knows';
  const suffix = TYPE_NAME.test(type) ? `, not ${type}` : '';
  return `must be ${allowed}${suffix}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}
