import { randomUUID } from 'node:crypto';
import { type DeadLetter, type Found, withDeadLetters } from '../dead-letters/dead-letters.ts';
import { readCount } from '../input/option-values.ts';
import type { Run, Session } from '../session.ts';
import { namedIn, operatorOf, publishWord, toWord } from '../stage/operator.ts';
import { confirmWrite } from '../terminal/confirm.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { CliFault, usage } from '../terminal/fault.ts';
import { suggestion } from '../terminal/suggestion.ts';
import { demandLetter, HELPED, idOf, isAbout, toJson } from './dlq-list.ts';

interface Options {
  all?: boolean;
  reason?: string;
  limit: string;
  outOfOrder?: boolean;
  dryRun?: boolean;
}

/** Puts dead letters back into their queue: says what each will come to, sends it, and only then deletes it. */
export const replay: Run<Options> = (session, ids, options) => {
  if (ids.length === 0 && !options.all) throw usage('name dead letters, or say --all', { fix: 'relay dlq list' });
  return withDeadLetters(session, readCount('limit', options.limit), async (found) => {
    const [able, unable] = split(pick(found.letters, ids, options), options);
    foresee(session, able, unable);
    if (ids.length > 0 && able.length === 0 && unable.length > 0) throw refusal(unable);
    if (!options.dryRun) await putBack(session, found, able);
    report(session, able, unable, options.dryRun ?? false);
    return EXIT.done;
  });
};

function foresee({ screen }: Session, able: DeadLetter[], unable: DeadLetter[]): void {
  for (const letter of unable) screen.say(`- left  ${idOf(letter)}: replay would ${letter.forecast.text}`, 'dim');
  for (const letter of able) screen.say(`  ${idOf(letter)}: replay will ${letter.forecast.text}`);
}

function pick(letters: DeadLetter[], ids: string[], { reason }: Options): DeadLetter[] {
  const named = ids.length === 0 ? letters : ids.map((id) => demandLetter(letters, id));
  return named.filter(isAbout(reason));
}

/** What a replay would only spoil stays where it is; what might come out of order goes only when that is asked for. */
function split(letters: DeadLetter[], { outOfOrder }: Options): [able: DeadLetter[], unable: DeadLetter[]] {
  const isAble = ({ forecast: { kind } }: DeadLetter) =>
    HELPED.has(kind) || (kind === 'out-of-order' && outOfOrder === true);
  return [letters.filter(isAble), letters.filter((letter) => !isAble(letter))];
}

function refusal([first, ...rest]: DeadLetter[]): CliFault {
  const trouble = (letter: DeadLetter | undefined) => ({
    message: `replaying ${letter ? idOf(letter) : ''} does not help`,
    why: `the relay would ${letter?.forecast.text}`,
    fix:
      letter?.forecast.kind === 'out-of-order'
        ? 'look at the task, then --out-of-order'
        : 'send a corrected change under a new id',
  });
  return new CliFault('replay_refused', EXIT.broken, [trouble(first), ...rest.map(trouble)]);
}

async function putBack(session: Session, { removed }: Found, letters: DeadLetter[]): Promise<void> {
  if (letters.length === 0) return;
  await confirmWrite(session, `puts ${letters.length} back`);
  const stage = await session.stage();
  const { SendMessageCommand, DeleteMessageCommand } = await import('@aws-sdk/client-sqs');
  const [sqs, operator] = await Promise.all([stage.clients.sqs(), operatorOf(stage)]);
  // One after the other: those of one task keep their order.
  for (const letter of letters) {
    const { message, source, queue, judged, forecast } = letter;
    session.io.signal.throwIfAborted();
    const ids = {
      MessageGroupId: message.Attributes?.MessageGroupId ?? idOf(letter),
      MessageDeduplicationId: randomUUID(),
    };
    // A worker may take it at once, and what it does comes after this.
    const at = session.io.now();
    await sqs.send(new SendMessageCommand({ QueueUrl: source, MessageBody: message.Body ?? '', ...ids }));
    // Should this fail, the change is delivered twice, which the ledger absorbs.
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle: message.ReceiptHandle ?? '' }));
    removed(letter);
    const data = {
      change: namedIn(judged.subject),
      message: message.MessageId ?? '',
      forecast: forecast.kind,
      operator,
    };
    await publishWord(stage, toWord(stage, { verb: 'replayed', data }, at));
  }
}

function report({ screen }: Session, able: DeadLetter[], unable: DeadLetter[], isDry: boolean): void {
  const done = isDry ? 'would be put back' : 'put back';
  screen.print({
    text: (paint) => [
      ...able.map((letter) => `${paint('green', isDry ? '-' : '✓')} ${done}  ${idOf(letter)}: ${letter.forecast.text}`),
      `${able.length} ${done}, ${unable.length} left.`,
    ],
    next: able[0] && !isDry ? suggestion('status', [idOf(able[0])], ['--wait']) : undefined,
    rows: [
      ...able.map((letter) => [idOf(letter), done, letter.forecast.kind]),
      ...unable.map((letter) => [idOf(letter), 'left', letter.forecast.kind]),
    ],
    json: {
      items: [
        ...able.map((letter) => ({ ...toJson(letter), replayed: !isDry })),
        ...unable.map((letter) => ({ ...toJson(letter), replayed: false })),
      ],
      next: null,
    },
  });
}
