import type { ReplayEvent, ResolutionEvent } from '../contracts/operator-events.ts';
import { keepResolution } from '../lib/aws/dynamodb/resolutions.ts';
import { writeJson } from '../lib/json/exact-json.ts';
import type { Result } from '../lib/relay/result-schema.ts';
import type { Clock } from './clock.ts';
import { readPublished } from './evidence/published.ts';
import { OperatorError } from './fault.ts';
import { toOperatorError } from './stage/aws-faults.ts';
import { storedResolution, updatingBy } from './stage/ledger-view.ts';
import { namedIn, operatorOf, publishOperatorEvent, toOperatorEvent } from './stage/operator.ts';
import type { Stage } from './stage/stage.ts';
import { suggestion } from './suggestion.ts';

/** What an operator found out about an unknown outcome. */
export interface Finding {
  as: ResolutionEvent['data']['resolved_as'];
  reason: string;
}

/** A change to be resolved, as far as it is known. */
interface Candidate {
  id: string;
  /** The key of its row. */
  key: string;
  result: Result | undefined;
  operatorEvents: (ResolutionEvent | ReplayEvent)[];
}

/** How far clocks may differ, in milliseconds. */
const CLOCKS = 60_000;

/**
 * Stores an operator's finding about an unknown outcome in the ledger and publishes it. Only the first finding is stored. If
 * the same one is given again, it is published in case the bus did not take it before. `confirm` may refuse by throwing.
 */
export async function resolveUnknown(
  stage: Stage,
  { id, key, result, operatorEvents }: Candidate,
  finding: Finding,
  { now, signal }: Clock,
  confirm: (unknown: Result) => Promise<void> = async () => {},
): Promise<{ resolved: ResolutionEvent; isRepeat: boolean }> {
  if (result?.data.outcome !== 'unknown') throw notUnknown(id, result);
  const earlier = operatorEvents.find((resolved): resolved is ResolutionEvent => 'resolved_as' in resolved.data);
  if (!earlier) await confirm(result);
  const resolved = earlier ?? (await storeFinding(stage, key, result, finding, now()));
  if (resolved.data.resolved_as !== finding.as) throw alreadyResolved(resolved);
  await publish(stage, resolved, signal);
  return { resolved, isRepeat: earlier !== undefined || resolved.data.reason !== finding.reason };
}

/** Writes a finding into the change's row unless there is one already. Returns the one that is stored. */
async function storeFinding(stage: Stage, key: string, unknown: Result, { as, reason }: Finding, now: number) {
  const result = { id: unknown.id, outcome: 'unknown' as const };
  const change = namedIn(unknown.data.change);
  const data = { change, result, resolved_as: as, operator: await operatorOf(stage), reason };
  const text = writeJson(toOperatorEvent(stage, { verb: 'resolved', data }, now));
  const resolved = storedResolution(
    await keepResolution(updatingBy(await stage.clients.dynamo()), stage.table, key, text),
  );
  if (resolved) return resolved;
  throw new OperatorError('not_remembered', 'broken', [
    { message: 'the ledger no longer has this change', why: 'its rows are kept for 40 days' },
  ]);
}

/** Publishes the stored event. If the bus does not take it, giving the same finding again publishes the same event. */
async function publish(stage: Stage, resolved: ResolutionEvent, signal: AbortSignal): Promise<void> {
  const about = resolved.data.change;
  const published = await readPublished(stage, { since: Date.parse(resolved.time) - CLOCKS, about }, signal);
  if (published.some(({ event }) => event.id === resolved.id)) return;
  await publishOperatorEvent(stage, resolved).catch((error: unknown) => {
    const { kind, diagnostic } = toOperatorError(error);
    const message = `the finding is stored, but its event was not published: ${diagnostic.message}`;
    throw new OperatorError(
      'not_published',
      kind,
      [{ message, fix: 'correct that, then run the same command again' }],
      error,
    );
  });
}

function notUnknown(id: string, result: Result | undefined): OperatorError {
  const message = result
    ? `the outcome is known: ${result.data.outcome}`
    : 'the change has not ended, or was never seen';
  const why = 'only a change with an unknown outcome can be resolved';
  return new OperatorError('not_unknown', 'broken', [{ message, why, fix: suggestion('status', [id]) }]);
}

function alreadyResolved({ time, data: { resolved_as, operator } }: ResolutionEvent): OperatorError {
  const message = `it was resolved as ${resolved_as} by ${operator} at ${time}`;
  const why = 'consumers may have acted on that';
  return new OperatorError('already_resolved', 'broken', [
    { message, why, fix: 'send a change that corrects the task' },
  ]);
}
