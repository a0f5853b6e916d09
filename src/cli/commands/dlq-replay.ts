import { type DeadLetter, type Found, withDeadLetters } from '../dead-letters/dead-letters.ts';
import { idOf, isAbout } from '../dead-letters/letter-view.ts';
import { putBack } from '../dead-letters/put-back.ts';
import { groupsOf, type Replay, replayReport, replaySum } from '../dead-letters/replay-report.ts';
import { mayOnlyOutOfOrder, mayReplay } from '../dead-letters/replay-rule.ts';
import { readCount } from '../input/option-values.ts';
import type { Run, Session } from '../session.ts';
import { operatorOf } from '../stage/operator.ts';
import { confirmWrite } from '../terminal/confirm.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { CliFault, usage } from '../terminal/fault.ts';
import { demandLetter } from './dlq-list.ts';

interface Options {
  all?: boolean;
  reason?: string;
  limit?: string;
  outOfOrder?: boolean;
  dryRun?: boolean;
}

/** Puts dead letters back into their queue: says what each will come to, sends it, and only then deletes it. */
export const replay: Run<Options> = (session, ids, options) => {
  if (ids.length === 0 && !options.all) throw usage('name dead letters, or say --all', { fix: 'relay dlq list' });
  const limit = options.limit === undefined ? Number.MAX_SAFE_INTEGER : readCount('limit', options.limit);
  return withDeadLetters(session, limit, async (found) => {
    const done = await replayFound(session, found, { ids, options, limit });
    session.screen.print(replayReport(done));
    if (!session.io.out.isTTY) session.screen.say(replaySum(done));
    return EXIT.done;
  });
};

interface Wish {
  ids: string[];
  options: Options;
  /** At most so many are put back. */
  limit: number;
}

/** Goes round until nothing more comes: a queue shows the first of a task alone, until that one is put back. */
async function replayFound(session: Session, found: Found, wish: Wish): Promise<Replay> {
  const { ids, options, limit } = wish;
  const [began, isDry] = [session.io.now(), options.dryRun ?? false];
  const able: DeadLetter[] = [];
  const refused: DeadLetter[] = [];
  const put = putter(session, ids.length > 0 ? undefined : found.total, found.removed);
  for (let letters = found.letters; letters.length > 0; letters = await next(found, able.length, wish)) {
    // What died again since it was put back, or arrived meanwhile, is for another time.
    const wanted = pick(letters, ids, options).filter(({ at }) => at < began);
    const [helped, unable] = split(wanted, options);
    const now = helped.slice(0, limit - able.length);
    foresee(session, now, unable);
    demandSome(ids, now, unable);
    if (!isDry) await put(now);
    able.push(...now);
    refused.push(...unable);
  }
  const left = Math.max(0, found.total - able.length - refused.length);
  return { able, refused, left, total: found.total, isDry, isAll: ids.length === 0 };
}

/** Without a change of the queue there is nothing new to see; those that are named were all looked for at first. */
const next = async (found: Found, count: number, { ids, options, limit }: Wish): Promise<DeadLetter[]> =>
  options.dryRun || ids.length > 0 || count >= limit ? [] : found.more();

function foresee({ screen }: Session, able: DeadLetter[], unable: DeadLetter[]): void {
  for (const { name, text } of groupsOf(unable)) screen.say(`- refused  ${name}: replay would ${text}`, 'dim');
  for (const { name, text } of groupsOf(able)) screen.say(`  ${name}: replay will ${text}`);
}

function pick(letters: DeadLetter[], ids: string[], { reason }: Options): DeadLetter[] {
  const named = ids.length === 0 ? letters : ids.map((id) => demandLetter(letters, id));
  return named.filter(isAbout(reason));
}

function split(letters: DeadLetter[], { outOfOrder }: Options): [able: DeadLetter[], unable: DeadLetter[]] {
  const unable = letters.filter(({ forecast }) => !mayReplay(forecast, outOfOrder));
  return [letters.filter((letter) => !unable.includes(letter)), unable];
}

/** Throws if none of those that were named can be helped. */
function demandSome(ids: string[], able: DeadLetter[], unable: DeadLetter[]): void {
  if (ids.length > 0 && able.length === 0 && unable.length > 0) throw refusal(unable);
}

function refusal([first, ...rest]: DeadLetter[]): CliFault {
  const trouble = (letter: DeadLetter | undefined) => ({
    message: `replaying ${letter ? idOf(letter) : ''} does not help`,
    why: `the relay would ${letter?.forecast.text}`,
    fix:
      letter && mayOnlyOutOfOrder(letter.forecast)
        ? 'look at the task, then --out-of-order'
        : 'send a corrected change under a new id',
  });
  return new CliFault('replay_refused', EXIT.broken, [trouble(first), ...rest.map(trouble)]);
}

/** Puts letters back one after the other, so that those of one task keep their order; asks before the first. */
function putter(session: Session, total: number | undefined, removed: Found['removed']) {
  let operator: Promise<string> | undefined;
  const begin = async (count: number) => {
    const stage = await session.stage();
    await confirmWrite(
      session,
      total === undefined ? `puts ${count} back` : `puts back what can be helped, of ${total}`,
    );
    return operatorOf(stage);
  };
  return async (letters: DeadLetter[]): Promise<void> => {
    if (letters.length === 0) return;
    operator ??= begin(letters.length);
    const [stage, name] = await Promise.all([session.stage(), operator]);
    for (const letter of letters) {
      session.io.signal.throwIfAborted();
      await putBack(stage, { ...letter, change: letter.judged.name }, name, () => removed(letter));
    }
  };
}
