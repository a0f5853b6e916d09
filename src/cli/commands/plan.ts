import type { ValidChange } from '../../lib/change/validate.ts';
import type { Operation } from '../../lib/operations/operation.ts';
import { type Failure, isGone, notApplied } from '../../lib/relay/completion.ts';
import type { Answer } from '../../lib/relay/provider.ts';
import { type Forecast, forecastOf } from '../../operator/dead-letters/forecast.ts';
import { differencesOf, type FieldDifference } from '../../operator/difference.ts';
import { mask } from '../../operator/masking.ts';
import { openLedger, storedResult } from '../../operator/stage/ledger-view.ts';
import { openProvider, requireRead } from '../../operator/stage/provider-reader.ts';
import type { Stage } from '../../operator/stage/stage.ts';
import { settingsOf } from '../../operator/stage/validation-settings.ts';
import { readOne } from '../input/change-input.ts';
import { isSent, type Preview, planLines, requestOf, rowsOf, wouldChange } from '../reports/plan-view.ts';
import type { Run, Session } from '../session.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { warningsOf } from './validate.ts';

interface Options {
  full?: boolean;
  offline?: boolean;
  exitCode?: boolean;
}

/**
 * Shows the request of a change with its secrets masked, how the live task differs from it, and whether the relay would send
 * it.
 */
export const plan: Run<Options> = async (session, [file = ''], { full = false, offline = false, exitCode = false }) => {
  const { screen } = session;
  const stage = await session.stage();
  const { change } = await readOne('plan', file, session.io, await settingsOf(stage));
  for (const warning of warningsOf(change)) screen.warn(warning);
  const preview = offline ? undefined : await readPreview(session, stage, change);
  screen.print({
    text: (paint) => planLines(stage, change, preview, full, paint),
    rows: rowsOf(change, preview),
    json: {
      stage: stage.name,
      request: requestOf(change),
      ...preview,
      would_send: preview && isSent(preview),
      ignored_fields: change.omitted,
    },
  });
  return exitCode && preview && wouldChange(preview) ? EXIT.differs : EXIT.done;
};

async function readPreview(session: Session, stage: Stage, change: ValidChange): Promise<Preview> {
  const provider = await openProvider(stage);
  try {
    const { operation, data, subject } = change;
    const answer = await provider.read(operation, data, subject.project_id);
    const ledger = await openLedger(stage);
    const forecast = asNow(await forecastOf(ledger, change, session.io.now()));
    const result = storedResult(await ledger.change(change.event));
    const known = { forecast, ...(result && { result }) };
    const shown = shownBy(change, answer);
    if (!answer.ok && isGone(answer) && !shown)
      return { differences: [], ...known, ...(forecast.kind === 'call' && { ending: endingOf(operation, answer) }) };
    return { differences: differencesOf(change, shown ?? requireRead(answer)).map(withoutLogins), ...known };
  } finally {
    await provider.close();
  }
}

/** Masks both values, because an address in the task or the change may contain a login. */
const withoutLogins = ({ from, to, ...difference }: FieldDifference): FieldDifference => ({
  ...difference,
  ...(from !== undefined && { from: mask(from) }),
  ...(to !== undefined && { to: mask(to) }),
});

/** The forecast for a change that is sent now. It is newer than all before it, with or without a sequence. */
const asNow = (forecast: Forecast): Forecast =>
  forecast.kind === 'out-of-order' ? { kind: 'call', text: 'send it (the relay has no record of it)' } : forecast;

/** What a refusal of the read shows, such as that no limit is stored. */
const shownBy = ({ operation }: ValidChange, answer: Answer) =>
  answer.ok ? undefined : operation.readBack.shownByRefusal?.(answer.error.code);

function endingOf({ removes }: Operation, failure: Failure): NonNullable<Preview['ending']> {
  if (removes)
    return {
      outcome: 'succeeded',
      code: failure.error.code,
      message: 'it does not exist any more',
      advice: 'Nothing to do.',
    };
  const { code, message, advice } = failure.error;
  return { outcome: notApplied(failure).outcome, code, message, advice };
}
