import type { Accepted } from '../../lib/change/examine.ts';
import { writeJson } from '../../lib/change/json.ts';
import { type Failure, isGone, notApplied } from '../../lib/relay/ending.ts';
import type { Outcome } from '../../lib/relay/result.ts';
import { type Forecast, foretell } from '../dead-letters/forecast.ts';
import { demandValid, readGiven } from '../input/change-input.ts';
import { differencesOf, type FieldDifference } from '../input/difference.ts';
import { masked, referenceTo } from '../input/masking.ts';
import { type Run, type Session, settingsOf } from '../session.ts';
import { openLedger } from '../stage/ledger-view.ts';
import { demandRead, openProvider } from '../stage/provider-reader.ts';
import type { Stage } from '../stage/stage.ts';
import { stateText } from '../story/story-view.ts';
import { counted } from '../story/wording.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { usage } from '../terminal/fault.ts';
import type { Paint } from '../terminal/screen.ts';
import { warningsOf } from './validate.ts';

interface Options {
  full?: boolean;
  offline?: boolean;
  exitCode?: boolean;
}

/** Shows what a change would do: its request with secrets masked, its difference to the live task, and what the ledger foretells. */
export const plan: Run<Options> = async (session, [file = ''], { full = false, offline = false, exitCode = false }) => {
  const { screen } = session;
  const stage = await session.stage();
  const [given, ...more] = await readGiven([file], session.io);
  if (!given || more.length > 0) throw usage('plan takes one change', { where: { file } });
  const [valid] = demandValid([given], await settingsOf(stage));
  if (!valid) throw usage('plan takes one change', { where: { file } });
  const { order } = valid;
  for (const warning of warningsOf(order)) screen.warn(warning);
  const seen = offline ? undefined : await look(session, stage, order);
  screen.print({
    text: (paint) => planLines(stage, order, seen, full, paint),
    rows: rowsOf(order, seen),
    json: { stage: stage.name, request: requestOf(order), ...seen, ignored_fields: order.ignored },
  });
  return exitCode && seen?.differences.some(isChange) ? EXIT.differs : EXIT.done;
};

interface Seen {
  differences: FieldDifference[];
  forecast: Forecast;
  /** How the call would end, where that is sure beforehand: the provider has no such task. */
  ending?: { outcome: Outcome; code: string; message: string; advice: string };
}

const isChange = ({ kind }: FieldDifference) => kind === 'changed' || kind === 'added';

async function look(session: Session, stage: Stage, order: Accepted): Promise<Seen> {
  const provider = await openProvider(stage);
  try {
    const answer = await provider.read(order.operation, order.task);
    const forecast = asNow(await foretell(await openLedger(stage), order, session.io.now()));
    if (!answer.ok && isGone(answer))
      return { differences: [], forecast, ...(forecast.kind === 'call' && { ending: endingOf(answer) }) };
    return { differences: differencesOf(order, demandRead(answer)), forecast };
  } finally {
    await provider.close();
  }
}

/** A change that is sent now is newer than all before it, with or without a sequence. */
const asNow = (forecast: Forecast): Forecast =>
  forecast.kind === 'out-of-order' ? { kind: 'call', text: 'call (never seen)' } : forecast;

function endingOf(failure: Failure): NonNullable<Seen['ending']> {
  const { code, message, advice } = failure.error;
  return { outcome: notApplied(failure).outcome, code, message, advice };
}

/** The request as it would go out; what comes from a secret is named, never shown. */
function requestOf({ operation, data }: Accepted) {
  const body = operation.body(data, referenceTo);
  return { method: operation.method, path: operation.path(data), body: masked(body) };
}

function planLines(stage: Stage, order: Accepted, seen: Seen | undefined, full: boolean, paint: Paint): string[] {
  const { method, path, body } = requestOf(order);
  const head = `stage ${stage.name} · ${stage.region} · reads only, nothing is sent`;
  const request = [
    `  ${paint('bold', `${method} ${path}`)}`,
    ...writeJson(body ?? null, 2)
      .split('\n')
      .map((line) => `  ${line}`),
  ];
  if (!seen) return [head, '', ...request];
  const { differences, forecast, ending } = seen;
  const ledger = `Ledger: the relay would ${forecast.text}.`;
  if (ending) return [head, '', ...request, '', ledger, ...endingLines(ending, paint)];
  const changes = differences.filter(isChange);
  const unseen = differences.filter(({ kind }) => kind === 'unseen');
  const equal = differences.filter(({ kind }) => kind === 'equal');
  return [
    ...[head, '', ...request, ''],
    ...differences.filter((one) => full || one.kind !== 'equal').map((one) => `  ${differenceLine(one, paint)}`),
    ...(equal.length > 0 && !full ? [`  # ${counted(equal.length, 'equal field')} not shown (--full)`] : []),
    ...['', ledger],
    `${counted(changes.length, 'field')} would change, ${unseen.length} can't be compared.`,
  ];
}

/** The state of the provider as it is now decides; a task may be made in the meantime. */
const endingLines = ({ outcome, code, message, advice }: NonNullable<Seen['ending']>, paint: Paint) => [
  `It would end as ${stateText(outcome, paint)}: ${message} (${code})`,
  `Fix: ${advice}`,
];

function differenceLine({ field, kind, from, to }: FieldDifference, paint: Paint): string {
  if (kind === 'unseen') return `${paint('yellow', '?')} ${field}  can't be compared: the provider does not return it`;
  if (kind === 'equal') return `= ${field}  ${writeJson(from ?? null)}`;
  if (kind === 'added') return `${paint('green', '+')} ${field}  ${writeJson(to ?? null)}`;
  return `${paint('yellow', '~')} ${field}  ${writeJson(from ?? null)} -> ${writeJson(to ?? null)}`;
}

function rowsOf(order: Accepted, seen: Seen | undefined): string[][] {
  const { method, path, body } = requestOf(order);
  return [
    ['request', method, path, writeJson(body ?? null)],
    ...(seen?.differences ?? []).map(({ field, kind, from, to }) => [
      kind,
      field,
      writeJson(from ?? null),
      writeJson(to ?? null),
    ]),
    ...(seen ? [['ledger', seen.forecast.kind, seen.forecast.text]] : []),
    ...(seen?.ending ? [['ending', seen.ending.outcome, seen.ending.code, seen.ending.message]] : []),
  ];
}
