import type { ChangeName } from '../../lib/change/change-name.ts';
import { OperatorError } from '../fault.ts';
import { openLedger, storedResolution, storedResult } from '../stage/ledger-view.ts';
import { maxReceivesOf } from '../stage/queues.ts';
import type { Stage } from '../stage/stage.ts';
import { type Evidence, isAboutChange, type RecordLine } from '../story/evidence.ts';
import { readCalls } from './provider-log.ts';
import { isResult, readPublished } from './published.ts';
import { readRecordLog } from './record-log-reader.ts';

interface ChangeQuery {
  id: string;
  source?: string | undefined;
  /** The start of the search for a change whose source is not given, in milliseconds since 1970. */
  since: number;
}

/**
 * Gathers everything that a stage knows about a change: ledger, logs, published events, and the provider's log of the local
 * stack.
 */
export async function gather(stage: Stage, query: ChangeQuery, now: number, signal?: AbortSignal): Promise<Evidence> {
  const { id, source } = query;
  const [lines, published] = await Promise.all([
    recordLogOf(stage, query, signal),
    readPublished(stage, { since: query.since, about: changeName(id, source) }, signal),
  ]);
  const found = [...published.map(({ event }) => event.data.change), ...lines.flatMap(({ change }) => change ?? [])];
  const change = requireOneSource(query, found);
  const row =
    change.source === undefined ? undefined : await (await openLedger(stage)).change({ id, source: change.source });
  const result = storedResult(row) ?? published.map(({ event }) => event).findLast(isResult);
  const known = { ...change, ...result?.data.change };
  const operatorEvents = withStored(
    published.flatMap(({ event }) => (isResult(event) ? [] : [event])),
    storedResolution(row?.resolution),
  );
  return {
    change: known,
    row,
    result,
    lines,
    operatorEvents,
    ...(await deliveriesOf(stage, { lines, operatorEvents, isOver: result !== undefined })),
    ...(stage.local && { calls: await readCalls(stage, { change: known, row, result }, signal) }),
    now,
  };
}

type OperatorEvent = NonNullable<Evidence['operatorEvents']>[number];

/** Adds the resolution from the ledger, which has it before the log does. */
const withStored = (operatorEvents: OperatorEvent[], stored: OperatorEvent | undefined) =>
  stored === undefined || operatorEvents.some(({ id }) => id === stored.id)
    ? operatorEvents
    : [...operatorEvents, stored];

const changeName = (id: string, source: string | undefined): ChangeName => ({
  id,
  ...(source !== undefined && { source }),
});

/** The change that was asked for, with what is known about it. Throws an OperatorError if its id has several sources. */
function requireOneSource({ id, source }: ChangeQuery, found: ChangeName[]): ChangeName {
  const sources = [...new Set(found.flatMap((one) => one.source ?? []))];
  if (source === undefined && sources.length > 1)
    throw new OperatorError('source_needed', 'usage', [
      { message: `several sources use the id ${id}`, allowed: sources.join(', '), fix: 'name one with --source' },
    ]);
  const only = source ?? sources[0];
  return { ...(found.findLast(({ subject }) => subject !== undefined) ?? found.at(-1)), ...changeName(id, only) };
}

async function recordLogOf(
  stage: Stage,
  { id, source, since }: ChangeQuery,
  signal?: AbortSignal,
): Promise<RecordLine[]> {
  const lines = await readRecordLog(stage, { path: 'change.id', texts: [id], since }, signal);
  return lines.filter(({ change }) => isAboutChange(change, changeName(id, source)));
}

/** For a change whose last record broke: how often the queue delivers it, and whether it has given it up. Only the queue's settings are read. */
async function deliveriesOf(
  stage: Stage,
  { lines, operatorEvents, isOver }: { lines: RecordLine[]; operatorEvents: OperatorEvent[]; isOver: boolean },
): Promise<Pick<Evidence, 'dead' | 'maxReceives'>> {
  const last = lines.at(-1);
  if (isOver || last?.message !== 'record broken') return {};
  const maxReceives = await maxReceivesOf(stage, last.service ?? 'dcs');
  const isBack = operatorEvents.some(({ time }) => Date.parse(time) > Date.parse(last.timestamp));
  return { maxReceives: maxReceives, dead: (last.receives ?? 0) >= maxReceives && !isBack };
}
