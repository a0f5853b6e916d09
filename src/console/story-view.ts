import type { ChangeRow, SubjectRow } from '../lib/relay/ledger.ts';
import type { Forecast } from '../operator/dead-letters/forecast.ts';
import { mayReplay } from '../operator/dead-letters/replay.ts';
import { maskText } from '../operator/masking.ts';
import type { ProviderLine } from '../operator/story/evidence.ts';
import { storyOf } from '../operator/story/story.ts';
import { nameOf } from '../operator/story/wording.ts';
import { shellWord } from '../operator/suggestion.ts';
import type { KnownChange } from './known.ts';
import type { CallView } from './provider-side.ts';
import { toRow } from './rows.ts';

/** The ledger's rows of a change and of its task. */
export interface LedgerEntry {
  row?: ChangeRow | undefined;
  task?: SubjectRow | undefined;
  /** What would happen to the change if it were delivered now. Only for a dead letter. */
  forecast?: Forecast | undefined;
}

/** Everything about one change in one object. Nothing in it is secret. */
export type StoryView = ReturnType<typeof viewStory>;

/** Collects what the page shows of a change: sentence, timeline, both sides of each call, result and ledger. */
export function viewStory(
  known: KnownChange,
  lines: ProviderLine[] | undefined,
  calls: CallView[],
  ledger: LedgerEntry,
  now: number,
) {
  const { change, text, resultText, sent, published, dead } = known;
  // Other content under the same id has no row of its own.
  const row = known.key.includes('!') ? undefined : ledger.row;
  return {
    ...storyWithNotes(known, lines, row, now),
    now,
    calls,
    change: { id: change.id, source: change.source, type: change.type, sequence: change.sequence },
    sent,
    published,
    ...(text !== undefined && { event: maskText(text) }),
    ...(resultText !== undefined && { result: resultText }),
    ledger: ledgerLines(ledger, row),
    ...(dead && { dead: { receives: dead.receives, ...forecastIn(ledger) } }),
    copies: {
      command: `npx relay status ${shellWord(nameOf(change))}`,
      resolve: `npx relay resolve ${shellWord(nameOf(change))} --as applied|not-applied --reason "..."`,
      ...(calls[0] && { curl: curlOf(calls[0]) }),
    },
  };
}

/** The story of the change, with notes about the queue and the function that the relay's own lines don't have. */
function storyWithNotes(
  known: KnownChange,
  calls: ProviderLine[] | undefined,
  row: ChangeRow | undefined,
  now: number,
) {
  const { change, lines, notes, operatorEvents, result } = known;
  const story = storyOf({ change, row, result, lines, operatorEvents, calls, now, dead: known.dead !== undefined });
  const shown = toRow(known, calls, now);
  return {
    ...story,
    row: shown,
    timeline: [...story.timeline, ...notes].toSorted((one, other) => one.at - other.at),
    ...(story.state === 'queued' && { state: shown.state }),
  };
}

const forecastIn = ({ forecast }: LedgerEntry) =>
  forecast && { forecast: forecast.text, helps: mayReplay(forecast, true) };

const curlOf = ({ method, path, body }: CallView) =>
  `curl -X ${method} "$PROVIDER${path}" -H "X-Auth-Token: $TOKEN" -H 'Content-Type: application/json' --data-raw ${shellWord(body ?? '')}`;

/** The ledger's two rows as names and values, without the fingerprint. */
function ledgerLines({ task }: LedgerEntry, row: ChangeRow | undefined): [string, string][] {
  if (!row) return [];
  const { state, attempts, firstSeen, owner, lease, arrival, doubt, unknown, result, resolution } = row;
  const lines = {
    state,
    attempts,
    'first seen': when(firstSeen),
    owner,
    'lease until': when(lease),
    arrival,
    'in doubt': yesOrNo(doubt),
    'ended unknown': yesOrNo(unknown),
    result: result && `stored, ${Buffer.byteLength(result)} bytes`,
    resolution: resolution && 'stored',
  };
  const lock = task && {
    'task: locked by': task.lock === row.key ? 'this change' : task.lock && 'another change',
    'task: locked until': when(task.expiresAt),
    'task: sequence': task.sequence,
    'task: arrival': task.arrival,
  };
  return Object.entries({ ...lines, ...lock }).flatMap(([name, value]): [string, string][] =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
}

const yesOrNo = (value: boolean | undefined) => (value ? 'yes' : 'no');
const when = (time: number | undefined) => (time ? new Date(time).toISOString() : undefined);
