import { RESOLUTIONS, type Resolved } from '../../contracts/operator-events.ts';
import { writeJson } from '../../lib/json/exact-json.ts';
import type { Subject } from '../../lib/operations/operation.ts';
import { isGone } from '../../lib/relay/completion.ts';
import type { Result } from '../../lib/relay/result-schema.ts';
import { masked } from '../input/masking.ts';
import type { Run, Session } from '../session.ts';
import { toFault } from '../stage/aws-faults.ts';
import { gather } from '../stage/gather.ts';
import { operatorOf, publishWord } from '../stage/operator.ts';
import { demandRead, openProvider, readerOf } from '../stage/provider-reader.ts';
import { readPublished } from '../stage/published.ts';
import { decide } from '../stage/resolution.ts';
import type { Stage } from '../stage/stage.ts';
import { nameOf } from '../story/wording.ts';
import { confirmWrite } from '../terminal/confirm.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { CliFault, usage } from '../terminal/fault.ts';
import { suggestion } from '../terminal/suggestion.ts';

interface Options {
  as?: string;
  reason?: string;
  source?: string;
}

const LOOK_BACK = 40 * 86_400_000;
/** Clocks differ a little. */
const CLOCKS = 60_000;

/** Settles a change whose outcome is unknown: reads the task, shows it, and publishes what a person found beside the result. */
export const resolve: Run<Options> = async (session, [id = ''], options) => {
  const { io } = session;
  const finding = readFinding(options);
  const stage = await session.stage();
  const asked = { id, source: options.source, since: io.now() - LOOK_BACK };
  const { result, row, words = [] } = await gather(stage, asked, io.now(), io.signal);
  const unknown = demandUnknown(result, id);
  const earlier = words.find((word): word is Resolved => 'resolved_as' in word.data);
  const word = earlier ?? (await settle(session, stage, { unknown, key: row?.key ?? '' }, finding));
  if (word.data.resolved_as !== finding.as) throw alreadyResolved(word);
  await publish(session, stage, word);
  const { operator, reason } = word.data;
  const isOurs = earlier === undefined && reason === finding.reason;
  session.screen.print({
    text: (paint) => [
      `${paint('green', '✓ resolved')}  ${id} as ${finding.as} by ${operator}${isOurs ? '' : `, at ${word.time}`}`,
    ],
    rows: [[id, 'resolved', finding.as, operator]],
    json: { id, resolved_as: finding.as, event: word, repeated: !isOurs },
  });
  return EXIT.done;
};

interface Finding {
  as: (typeof RESOLUTIONS)[number];
  reason: string;
}

function readFinding({ as: wanted, reason = '' }: Options): Finding {
  const as = RESOLUTIONS.find((one) => one === wanted);
  const got = wanted === undefined ? {} : { got: `"${wanted}"` };
  if (!as) throw usage('--as says what you found', { ...got, allowed: RESOLUTIONS.join(' or ') });
  if (reason.trim() === '') throw usage('--reason says how you know', { fix: '--reason "seen in the console"' });
  if (reason.length > 1000) throw usage('--reason is too long', { allowed: 'at most 1000 characters' });
  return { as, reason };
}

interface Open {
  unknown: Result;
  key: string;
}

/** Shows the task, and writes the finding down: of two at once the ledger keeps the first. */
async function settle(session: Session, stage: Stage, { unknown, key }: Open, { as, reason }: Finding) {
  await showTask(session, unknown);
  await confirmWrite(session, `settles ${nameOf(unknown.data.change)} as ${as}`);
  const finding = { resolved_as: as, operator: await operatorOf(stage), reason };
  const word = await decide(stage, key, unknown, finding, session.io.now());
  if (word) return word;
  throw new CliFault('not_remembered', EXIT.broken, [
    { message: 'the ledger no longer remembers this change', why: 'its rows are kept for 40 days' },
  ]);
}

/** The word stands already; should the bus not take it, the same command publishes the same event. */
async function publish(session: Session, stage: Stage, word: Resolved): Promise<void> {
  const about = word.data.change;
  const published = await readPublished(stage, { since: Date.parse(word.time) - CLOCKS, about }, session.io.signal);
  if (published.some(({ event }) => event.id === word.id)) return;
  await publishWord(stage, word).catch((error: unknown) => {
    const { exit, trouble } = toFault(error);
    const why = `the finding is kept, but its event was not published: ${trouble.message}`;
    throw new CliFault('not_published', exit, [{ message: why, fix: 'mend that, then say the same again' }], error);
  });
}

function demandUnknown(result: Result | undefined, id: string): Result {
  if (result?.data.outcome === 'unknown') return result;
  const message = result
    ? `the outcome is known: ${result.data.outcome}`
    : 'the change has not ended, or was never seen';
  throw new CliFault('not_unknown', EXIT.broken, [
    { message, why: 'only an unknown outcome needs a person', fix: suggestion('status', [id]) },
  ]);
}

const alreadyResolved = ({ time, data: { resolved_as, operator } }: Resolved) =>
  new CliFault('already_resolved', EXIT.broken, [
    {
      message: `it was resolved as ${resolved_as} by ${operator} at ${time}`,
      why: 'consumers have acted on that',
      fix: 'send a change that puts the task right',
    },
  ]);

/** The task as it is now, secrets masked: what the decision rests on. */
async function showTask(session: Session, { data }: Result): Promise<void> {
  const { subject } = data.change;
  if (!subject) return;
  const provider = await openProvider(await session.stage());
  try {
    const answer = await provider.read(readerOf(subject.service), subject as Subject);
    if (!answer.ok && isGone(answer))
      return session.screen.say(`the provider has no task ${subject.id} any more (${answer.error.code})`);
    const shown = masked(demandRead(answer));
    session.screen.say(`the task of ${nameOf(data.change)} now:`);
    for (const line of writeJson(shown ?? null, 2).split('\n')) session.screen.say(`  ${line}`);
  } finally {
    await provider.close();
  }
}
