import { RESOLUTIONS } from '../../contracts/operator-events.ts';
import { writeJson } from '../../lib/json/exact-json.ts';
import type { Subject } from '../../lib/operations/operation.ts';
import { isGone } from '../../lib/relay/completion.ts';
import type { Result } from '../../lib/relay/result-schema.ts';
import { gather } from '../../operator/evidence/gather.ts';
import { usage } from '../../operator/fault.ts';
import { mask } from '../../operator/masking.ts';
import { type Finding, resolveUnknown } from '../../operator/resolve.ts';
import { openProvider, readerOf, requireRead } from '../../operator/stage/provider-reader.ts';
import type { Stage } from '../../operator/stage/stage.ts';
import { nameOf } from '../../operator/story/wording.ts';
import type { Run } from '../session.ts';
import { confirmWrite } from '../terminal/confirm.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import type { Screen } from '../terminal/screen.ts';

interface Options {
  as?: string;
  reason?: string;
  source?: string;
}

const LOOK_BACK = 40 * 86_400_000;

/**
 * Resolves a change whose outcome is unknown: reads the task, shows it, and publishes the operator's finding beside the
 * result.
 */
export const resolve: Run<Options> = async ({ io, screen, stage: open }, [id = ''], options) => {
  const finding = readFinding(options);
  const stage = await open();
  const query = { id, source: options.source, since: io.now() - LOOK_BACK };
  const { result, row, operatorEvents = [] } = await gather(stage, query, io.now(), io.signal);
  const candidate = { id, key: row?.key ?? '', result, operatorEvents };
  const { resolved, isRepeat } = await resolveUnknown(stage, candidate, finding, io, async (unknown) => {
    await showTask(screen, stage, unknown);
    await confirmWrite(screen, stage, `records ${nameOf(unknown.data.change)} as ${finding.as}`);
  });
  const { operator } = resolved.data;
  screen.print({
    text: (paint) => [
      `${paint('green', '✓ resolved')}  ${id} as ${finding.as} by ${operator}${isRepeat ? `, at ${resolved.time}` : ''}`,
    ],
    rows: [[id, 'resolved', finding.as, operator]],
    json: { id, resolved_as: finding.as, event: resolved, repeated: isRepeat },
  });
  return EXIT.done;
};

function readFinding({ as: wanted, reason = '' }: Options): Finding {
  const as = RESOLUTIONS.find((one) => one === wanted);
  const got = wanted === undefined ? {} : { got: `"${wanted}"` };
  if (!as) throw usage('--as is required', { ...got, allowed: RESOLUTIONS.join(' or ') });
  if (reason.trim() === '') throw usage('--reason is required', { fix: '--reason "seen in the console"' });
  if (reason.length > 1000) throw usage('--reason is too long', { allowed: 'at most 1000 characters' });
  return { as, reason };
}

/** Shows the present task, with its secrets masked, so that the operator can decide. */
async function showTask(screen: Screen, stage: Stage, { data }: Result): Promise<void> {
  const { subject } = data.change;
  if (!subject) return;
  const provider = await openProvider(stage);
  try {
    const { operation, data: named } = readerOf(subject as Subject);
    const answer = await provider.read(operation, named, subject.project_id);
    if (!answer.ok && isGone(answer))
      return screen.say(`the provider no longer has the task ${subject.id} (${answer.error.code})`);
    const shown = mask(requireRead(answer));
    screen.say(`the task of ${nameOf(data.change)} now:`);
    for (const line of writeJson(shown ?? null, 2).split('\n')) screen.say(`  ${line}`);
  } finally {
    await provider.close();
  }
}
