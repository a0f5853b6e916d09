import type { FORECASTS } from '../../contracts/operator-events.ts';
import type { InvalidChange, ValidChange } from '../../lib/change/validate.ts';
import type { ChangeRow, SubjectRow } from '../../lib/relay/ledger.ts';
import { isSuperseded } from '../../lib/relay/sequence.ts';
import type { LedgerView } from '../stage/ledger-view.ts';
import { duration, pluralize } from '../story/wording.ts';

/** What will happen to a change if it is delivered now. */
export interface Forecast {
  kind: (typeof FORECASTS)[number];
  /** In a few words, for a table. */
  text: string;
}

/** True if the change with this key is known to be older, although it was sent later. It was a dead letter too, and was put back first. */
export type IsOlder = (key: string) => boolean | Promise<boolean>;

/** Predicts from the ledger what the relay will do with a change. It only reads. */
export async function forecastOf(
  ledger: LedgerView,
  change: ValidChange | InvalidChange,
  now: number,
  isOlder: IsOlder = () => false,
): Promise<Forecast> {
  const { id, source } = change.name;
  const row = id === undefined || source === undefined ? undefined : await ledger.change({ id, source });
  if (row?.state === 'DONE') return { kind: 'publish-again', text: 'publish the stored result again, without a call' };
  if (change.kind === 'invalid') return { kind: 'reject', text: REJECT[change.code] };
  if (row?.state === 'CALLING') return callingForecast(row, now);
  const task = await ledger.subject(change.subject);
  return task ? forecastAfterOthers(change, row, task, isOlder) : callForecast(row);
}

const REJECT: Readonly<Record<InvalidChange['code'], string>> = {
  change_unreadable: 'reject it: it is not a change, send a corrected one',
  change_invalid: 'reject it: it is invalid, send a corrected one',
  inline_secret_refused: 'reject it: it contains a secret, send one with password_ref',
  relay_event: "drop it: it is one of the relay's own events, not a change",
  heartbeat: "publish its result: it is one of the stage's heartbeats",
};

const callForecast = (row: ChangeRow | undefined): Forecast => ({
  kind: 'call',
  text: row
    ? `send it (${pluralize(row.attempts, 'attempt')} so far, no request in flight)`
    : 'send it (the relay has no record of it)',
});

function callingForecast({ lease = 0 }: ChangeRow, now: number): Forecast {
  return lease > now
    ? { kind: 'wait', text: `wait: a worker holds it for ${duration(lease - now)} more` }
    : { kind: 'read-first', text: 'read the task first: a request may have been sent' };
}

/** Another change was sent for the task. An older change ends as superseded. Without a row and a sequence the order is not known. */
async function forecastAfterOthers(
  { event }: ValidChange,
  row: ChangeRow | undefined,
  task: SubjectRow,
  isOlder: IsOlder,
): Promise<Forecast> {
  const isOld = isSuperseded({ sequence: event.sequence, arrival: row?.arrival }, task);
  if (isOld) return { kind: 'superseded', text: 'end it as superseded: a newer change was handled for the task' };
  if (row || (event.sequence !== undefined && task.sequence !== undefined)) return callForecast(row);
  if (await isOlder(task.lock)) return callForecast(row);
  return { kind: 'out-of-order', text: 'send it, perhaps out of order: other changes were sent for the task since' };
}
