import { changeKey } from '../../lib/change/parse-record.ts';
import type { ValidChange } from '../../lib/change/validate.ts';
import { writeJson } from '../../lib/json/exact-json.ts';
import type { Outcome, Result } from '../../lib/relay/result-schema.ts';
import { markOf } from '../../lib/relay/snapshot.ts';
import type { Forecast } from '../../operator/dead-letters/forecast.ts';
import type { FieldDifference } from '../../operator/difference.ts';
import { mask, referenceTo } from '../../operator/masking.ts';
import type { Stage } from '../../operator/stage/stage.ts';
import { pluralize } from '../../operator/story/wording.ts';
import type { Paint } from '../terminal/screen.ts';
import { isoTime } from '../terminal/table.ts';
import { stateText } from './story-view.ts';

/** What is known about a planned change: how the live task differs from it, and what the relay would do with it. */
export interface Preview {
  differences: FieldDifference[];
  forecast: Forecast;
  /** The stored result, if the change has ended. */
  result?: Result | undefined;
  /** The certain outcome of the call, if the provider has no such task. */
  ending?: { outcome: Outcome; code: string; message: string; advice: string };
}

/** True if the relay would send the request at once. With any other forecast it sends nothing, or reads the task first. */
export const isSent = ({ forecast: { kind } }: Preview) => kind === 'call';

/** True if a field can be compared. A call such as stop, create or delete sets none that a read shows. */
const isComparable = ({ kind }: FieldDifference) => kind !== 'unseen';

/** True if the change would be sent, and its fields don't all stand already. */
export const wouldChange = (preview: Preview) =>
  isSent(preview) && !preview.ending && (preview.differences.some(isChange) || !preview.differences.some(isComparable));

export const isChange = ({ kind }: FieldDifference) => kind === 'changed' || kind === 'added';

/** The request that would be sent. Values from secrets are named, never shown. */
export function requestOf({ operation, data, event }: ValidChange) {
  const body = operation.body?.(data, referenceTo, markOf(changeKey(event)));
  return { method: operation.method, path: operation.path(data), body: body && mask(body) };
}

export function planLines(
  stage: Stage,
  change: ValidChange,
  preview: Preview | undefined,
  full: boolean,
  paint: Paint,
): string[] {
  const { method, path, body } = requestOf(change);
  const head = `stage ${stage.name} · ${stage.region} · reads only, nothing is sent`;
  const request = [
    `  ${paint('bold', `${method} ${path}`)}`,
    ...writeJson(body ?? null, 2)
      .split('\n')
      .map((line) => `  ${line}`),
  ];
  if (!preview) return [head, '', ...request];
  const { differences, forecast, ending } = preview;
  const ledger = `Ledger: the relay would ${forecast.text}.`;
  if (ending) return [head, '', ...request, '', ledger, ...endingLines(ending, paint)];
  const changes = differences.filter(isChange);
  const unverifiable = differences.filter(({ kind }) => kind === 'unseen');
  const equal = differences.filter(({ kind }) => kind === 'equal');
  return [
    head,
    '',
    ...request,
    '',
    ...differences.filter((one) => full || one.kind !== 'equal').map((one) => `  ${differenceLine(one, paint)}`),
    ...(equal.length > 0 && !full ? [`  # ${pluralize(equal.length, 'equal field')} not shown (--full)`] : []),
    '',
    ledger,
    sumOf(preview, changes.length, unverifiable.length),
  ];
}

/** The last line. It depends on the forecast, because a change that is not sent changes nothing. */
function sumOf(preview: Preview, changes: number, unverifiable: number): string {
  const { forecast, result } = preview;
  const compared = `${unverifiable} can't be compared`;
  if (isSent(preview) && !preview.differences.some(isComparable))
    return "It would be sent. What it would change can't be compared with what the provider shows.";
  if (isSent(preview)) return `${pluralize(changes, 'field')} would change, ${compared}.`;
  const now = `The task differs from the change in ${pluralize(changes, 'field')}, ${compared}.`;
  if (forecast.kind === 'read-first')
    return `Whether it is sent again depends on what the relay finds when it reads the task. ${now}`;
  const why = result
    ? `this change ended at ${isoTime(Date.parse(result.time))} as ${result.data.outcome}`
    : `the relay would ${forecast.text}`;
  return `Nothing would be sent: ${why}. ${now}`;
}

/** The outcome if the provider's state stays as it is. Somebody may create the task in the meantime. */
const endingLines = ({ outcome, code, message, advice }: NonNullable<Preview['ending']>, paint: Paint) => [
  `It would end as ${stateText(outcome, paint)}: ${message} (${code})`,
  `Fix: ${advice}`,
];

function differenceLine({ field, kind, from, to }: FieldDifference, paint: Paint): string {
  if (kind === 'unseen') return `${paint('yellow', '?')} ${field}  can't be compared: the provider does not return it`;
  if (kind === 'equal') return `= ${field}  ${writeJson(from ?? null)}`;
  if (kind === 'added') return `${paint('green', '+')} ${field}  ${writeJson(to ?? null)}`;
  return `${paint('yellow', '~')} ${field}  ${writeJson(from ?? null)} -> ${writeJson(to ?? null)}`;
}

export function rowsOf(change: ValidChange, preview: Preview | undefined): string[][] {
  const { method, path, body } = requestOf(change);
  return [
    ['request', method, path, writeJson(body ?? null)],
    ...(preview?.differences ?? []).map(({ field, kind, from, to }) => [
      kind,
      field,
      writeJson(from ?? null),
      writeJson(to ?? null),
    ]),
    ...(preview ? [['ledger', preview.forecast.kind, preview.forecast.text]] : []),
    ...(preview
      ? [['sum', isSent(preview) ? 'sent' : 'not sent', String(preview.differences.filter(isChange).length)]]
      : []),
    ...(preview?.ending ? [['ending', preview.ending.outcome, preview.ending.code, preview.ending.message]] : []),
  ];
}
