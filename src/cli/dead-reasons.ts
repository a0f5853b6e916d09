import type { Message } from '@aws-sdk/client-sqs';
import { type JournalLine, readJournalLine } from './evidence.ts';
import { anyOf, isText, readLog } from './log-reader.ts';
import type { Io } from './screen.ts';
import type { Stage } from './stage.ts';
import { saidBy, WAITS } from './wording.ts';

/** CloudWatch bounds a pattern's length; so many ids fit. */
const IDS_AT_ONCE = 8;
/** A message lives at most four days in its queue before it is dead. */
const LOOK_BACK = 5 * 86_400_000;

/** Why each message's last delivery failed, by message id, from the lines of the functions. */
export async function deadReasons(
  stage: Stage,
  messages: Message[],
  { now, signal }: Io,
): Promise<Map<string, string>> {
  const ids = messages.flatMap(({ MessageId }) => MessageId ?? []);
  const since =
    Math.min(now(), ...messages.map(({ Attributes }) => Number(Attributes?.SentTimestamp ?? now()))) - LOOK_BACK;
  const groups = [stage.functionGroups.dcs, stage.functionGroups.sms];
  const chunks = Array.from({ length: Math.ceil(ids.length / IDS_AT_ONCE) }, (_, at) =>
    ids.slice(at * IDS_AT_ONCE, (at + 1) * IDS_AT_ONCE),
  );
  const reads = chunks.flatMap((chunk) =>
    groups.map((group) => {
      const pattern = anyOf(...chunk.map((id) => isText('message_id', id)));
      return readLog(stage.clients.call, { group, since, pattern }, signal);
    }),
  );
  const lines = (await Promise.all(reads)).flat().toSorted((one, other) => one.at - other.at);
  const read = lines.map(({ text }) => readJournalLine(text)).filter((line) => line !== undefined);
  return new Map(read.map((line) => [line.message_id ?? '', reasonOf(line)]));
}

function reasonOf({ message, reason = 'contended', fault, error_code, provider }: JournalLine): string {
  if (message === 'change settled') return 'the bus did not take its result, or its end was not acknowledged';
  if (message === 'record broken') return `the relay failed: ${[fault?.name, fault?.code].filter(Boolean).join(', ')}`;
  return `${WAITS[reason]?.happened ?? reason}${saidBy(error_code, provider?.status)}`;
}
