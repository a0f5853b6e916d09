import type { ChangeName } from '../../lib/change/change-name.ts';
import type { Stage } from '../stage/stage.ts';
import type { Evidence, ProviderLine, RecordLine } from '../story/evidence.ts';
import { type Caller, callersOf, type SubjectLine, subjectIdIn } from '../story/provider-side.ts';
import { readRecordLog } from './record-log-reader.ts';

/**
 * The calls that a change made, from the log of the local stack's simulator. A change that no worker has claimed made none.
 * The lines of other changes of the task are read too, so that their calls are not counted as this one's.
 */
export async function readCalls(
  stage: Stage,
  { change, row, result }: Pick<Evidence, 'change' | 'row' | 'result'>,
  signal?: AbortSignal,
): Promise<ProviderLine[]> {
  const { subject } = change;
  if (!subject || !row || !stage.local) return [];
  const since = row.firstSeen;
  const [entries, lines] = await Promise.all([
    entriesOf(stage.local.simulatorUrl, subject.id, signal),
    readRecordLog(stage, { path: 'change.subject.id', texts: [subject.id], since }, signal),
  ]);
  const own = keyOf(change);
  const others = Map.groupBy(lines, ({ change: of = {} }) => keyOf(of));
  const changes: Caller[] = [
    { key: own, lines: others.get(own) ?? [], result, isUnderWay: row.state === 'CALLING' },
    ...[...others]
      .filter(([key]) => key !== own)
      .map(([key, ownLines]) => ({ key, lines: ownLines, isUnderWay: false })),
  ];
  const calls = entries.filter(({ at }) => Date.parse(at) >= since);
  const callers = callersOf(calls, changes);
  return calls.filter(({ request }) => callers.get(request) === own);
}

const keyOf = ({ id, source, hash }: NonNullable<RecordLine['change']> | ChangeName) =>
  JSON.stringify([source, id ?? hash]);

/** The lines of all calls about a subject. Only some lines of a call show what it is about. */
async function entriesOf(simulatorUrl: string, id: string, signal?: AbortSignal): Promise<ProviderLine[]> {
  const response = await fetch(`${simulatorUrl}/simulator/log`, { signal: signal ?? null });
  const { entries } = (await response.json()) as { entries: SubjectLine[] };
  const requests = new Set(entries.filter((entry) => subjectIdIn(entry) === id).map(({ request }) => request));
  return entries.filter(({ request }) => requests.has(request));
}
