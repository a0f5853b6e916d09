import widthOf from 'fast-string-width';
import type { ResolutionEvent, StageEvent } from '../../contracts/operator-events.ts';
import type { Result } from '../../lib/relay/result-schema.ts';
import { duration, nameOf, plainName, pluralize, shorten } from '../../operator/story/wording.ts';
import { suggestion } from '../../operator/suggestion.ts';
import type { Paint, Report } from '../terminal/screen.ts';
import { clockTime, columns, isoTime } from '../terminal/table.ts';
import { stateText } from './story-view.ts';

const HEAD = ['TIME', 'CHANGE', 'OPERATION', 'TASK', 'OUTCOME', 'ATTEMPTS', 'CODE'];

/** The head of the table, for output that prints rows one by one. */
export const resultHead = () => HEAD.join('  ');

interface ReportOptions {
  since: number;
  now: number;
  /** The number of older results that the limit left out. */
  hidden: number;
  width?: number | undefined;
  /** The findings of operators about unknown results. */
  resolutions?: ResolutionEvent[];
  /** Who paused, drained or resumed the stage meanwhile. */
  acts?: StageEvent[];
}

/** The finding about each result, by the result's id. There is at most one. */
const resolutionsById = ({ resolutions = [] }: ReportOptions) =>
  new Map(resolutions.map((resolution) => [resolution.data.result.id, resolution]));
type Resolutions = ReturnType<typeof resolutionsById>;

/** Results in the three forms of output. As JSON they are the events themselves. */
export function resultsReport(found: { at: number; event: Result }[], about: ReportOptions): Report {
  const results = found.map(({ event }) => event);
  const resolutions = resolutionsById(about);
  return {
    text: (paint) => [
      ...table(results, resolutions, paint, about.width),
      ...closingLines(results, resolutions, about),
      ...(about.acts ?? []).map(actLine),
    ],
    rows: results.map(({ id, time, data }) => [
      isoTime(Date.parse(time)),
      nameOf(data.change),
      plainName(data.change),
      data.change.subject?.id,
      data.outcome,
      data.attempts ?? 0,
      codeOf(data),
      resolutions.get(id)?.data.resolved_as,
    ]),
    json: {
      items: results,
      next: null,
      resolved: results.flatMap(({ id }) => resolutions.get(id) ?? []),
      stage: about.acts ?? [],
    },
  };
}

/** `12:00:01  stage paused by NAME: dcs, sms`. */
const actLine = ({ time, type, data: { operator, parts } }: StageEvent) =>
  `${clockTime(Date.parse(time))}  stage ${type.split('.').at(-1)} by ${operator}: ${parts.join(', ')}`;

/** A table of results. If it would be too wide, ids are shortened in the middle. */
function table(results: Result[], resolutions: Resolutions, paint: Paint, width = Number.POSITIVE_INFINITY): string[] {
  if (results.length === 0) return [];
  const rows = (id: (text: string) => string) => results.map((one) => cellsOf(one, resolutions, paint, id));
  const full = columns(
    rows((text) => text),
    HEAD,
  );
  return full.every((line) => widthOf(line) <= width) ? full : columns(rows(shorten), HEAD);
}

function cellsOf(
  { id: of, time, data }: Result,
  resolutions: Resolutions,
  paint: Paint,
  id: (text: string) => string,
): string[] {
  const { change, outcome, attempts = 0 } = data;
  const names = [id(nameOf(change)), plainName(change), id(change.subject?.id ?? '-')];
  const state = `${stateText(outcome, paint)}${resolvedAs(resolutions.get(of))}`;
  return [clockTime(Date.parse(time)), ...names, state, String(attempts), codeOf(data)];
}

/** ` → applied (by NAME)`. */
const resolvedAs = (resolution: ResolutionEvent | undefined) =>
  resolution ? ` → ${resolution.data.resolved_as} (by ${resolution.data.operator})` : '';

const codeOf = (data: Result['data']) => (data.outcome === 'succeeded' ? data.confirmed_by : data.error.code);

function closingLines(results: Result[], resolutions: Resolutions, { since, now, hidden }: ReportOptions): string[] {
  const span = `the last ${duration(now - since)}`;
  const unknown = results.filter(({ id, data }) => data.outcome === 'unknown' && !resolutions.has(id));
  const first = results.length === 0 ? `No results in ${span}.` : `${pluralize(results.length, 'result')} in ${span}`;
  const more = hidden > 0 ? `, ${hidden} older not shown (--limit)` : '';
  const name = unknown[0] ? nameOf(unknown[0].data.change) : '';
  const person =
    unknown.length > 0 ? `; ${unknown.length} unknown, to be checked by somebody: ${suggestion('status', [name])}` : '';
  return [`${first}${more}${person}`];
}
