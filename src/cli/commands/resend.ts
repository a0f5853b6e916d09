import { FingerprintKeys, fingerprint } from '../../lib/change/fingerprint.ts';
import type { ValidChange } from '../../lib/change/validate.ts';
import type { ChangeRow } from '../../lib/relay/ledger.ts';
import { readShape } from '../../lib/secrets/secret-shape.ts';
import { OperatorError } from '../../operator/fault.ts';
import { openLedger, storedResult } from '../../operator/stage/ledger-view.ts';
import type { Stage } from '../../operator/stage/stage.ts';
import { settingsOf } from '../../operator/stage/validation-settings.ts';
import { suggestion } from '../../operator/suggestion.ts';
import { readOne, requireValid } from '../input/change-input.ts';
import { NO_DONE_FILE } from '../input/done-file.ts';
import { applyEdits } from '../input/edits.ts';
import { readDuration } from '../input/option-values.ts';
import type { Run, Session } from '../session.ts';
import { confirmWrite } from '../terminal/confirm.ts';
import { sendEach } from './send-all.ts';

interface Options {
  id?: string;
  wait: boolean;
  timeout: string;
}

/**
 * Sends a failed change again, under a new id. The ledger keeps no bodies, so the caller must give the change. The ledger
 * is asked whether a change of this id failed; if the fingerprint key may be read, the content is compared too.
 */
export const resend: Run<Options> = async (session, [file = ''], { id: wanted, wait, timeout }) => {
  const { io, screen } = session;
  const stage = await session.stage();
  const settings = await settingsOf(stage);
  const { input, change } = await readOne('resend', file, io, settings);
  const before = change.event;
  await requireFailed(session, stage, change);
  const id = wanted ?? (await freeId(stage, before));
  const again = { ...input, text: applyEdits(input.text, { set: [], id }) };
  await confirmWrite(screen, stage, `sends ${before.id} again as ${id}`);
  screen.say(`  ${before.id} failed; it is sent again as ${id}`);
  return sendEach(session, {
    stage,
    valid: requireValid([again], settings),
    way: { via: 'queue' },
    done: NO_DONE_FILE,
    until: wait ? io.now() + readDuration('timeout', timeout) : undefined,
    more: { resendof: before.id },
  });
};

async function requireFailed(session: Session, stage: Stage, { event }: ValidChange): Promise<void> {
  const row = await (await openLedger(stage)).change(event);
  const result = storedResult(row);
  const refuse = (message: string, fix: string) => new OperatorError('not_failed', 'invalid', [{ message, fix }]);
  if (!row || !result) throw refuse('the change has not ended, or was never seen', suggestion('status', [event.id]));
  const { outcome } = result.data;
  if (outcome !== 'failed')
    throw refuse(`only a failed change can be resent; this one ended as ${outcome}`, FIXES[outcome]);
  if ((await isSame(session, stage, event, row)) === false)
    throw refuse('this is not the change that failed: its content differs', 'send it under another id with relay send');
}

const FIXES = {
  succeeded: 'nothing to do',
  rejected: 'correct it, then send it under a new id with relay send',
  superseded: 'if you still want it, send it under a new id with relay send',
  unknown: 'check the task, then record what you found with relay resolve',
} as const;

/** Undefined if the fingerprint key may not be read. Then the content can't be compared, and a warning says so. */
async function isSame({ screen }: Session, stage: Stage, event: ValidChange['event'], row: ChangeRow) {
  try {
    const reference = (await stage.settings('dcs'))?.FINGERPRINT_KEYS ?? '';
    const keys = readShape('FINGERPRINT_KEYS', FingerprintKeys, await stage.clients.secret(reference));
    return fingerprint(keys, event, row.fingerprint.keyId)?.mac === row.fingerprint.mac;
  } catch {
    screen.warn('not checked whether this is the content that failed: you may not read the fingerprint key');
    return undefined;
  }
}

/** The old id followed by the first number that the ledger does not know. */
async function freeId(stage: Stage, { id, source }: ValidChange['event']): Promise<string> {
  const ledger = await openLedger(stage);
  const base = id.replace(/~\d+$/, '');
  for (let number = 2; ; number++) {
    const next = `${base}~${number}`;
    if (!(await ledger.change({ id: next, source }))) return next;
  }
}
