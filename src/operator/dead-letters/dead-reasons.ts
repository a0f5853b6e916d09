import type { Message } from '@aws-sdk/client-sqs';
import { DAY, MESSAGE_DAYS } from '../../lib/relay/times.ts';
import type { Clock } from '../clock.ts';
import { readRecordLog } from '../evidence/record-log-reader.ts';
import type { Stage } from '../stage/stage.ts';
import type { RecordLine } from '../story/evidence.ts';
import { inBrackets, WAITS } from '../story/wording.ts';

/**
 * How far back logs are read, in milliseconds: as long as a message lives in its queue, and a day more because times differ.
 */
export const LOOK_BACK = (MESSAGE_DAYS + 1) * DAY;

/** Why each message's last delivery failed, by message id, from the functions' logs. */
export async function deadReasons(
  stage: Stage,
  messages: Message[],
  { now, signal }: Clock,
): Promise<Map<string, string>> {
  const sent = messages.map(({ Attributes }) => Number(Attributes?.SentTimestamp ?? now()));
  const since = Math.min(now(), ...sent) - LOOK_BACK;
  const texts = messages.flatMap(({ MessageId }) => MessageId ?? []);
  const lines = await readRecordLog(stage, { path: 'message_id', texts, since }, signal);
  return new Map(lines.map((line) => [line.message_id ?? '', reasonOf(line)]));
}

function reasonOf({ message, reason = 'contended', fault, error_code, provider }: RecordLine): string {
  if (message === 'change completed')
    return 'the bus did not accept its result, or the message could not be acknowledged';
  if (message === 'record broken') return `the relay failed: ${[fault?.name, fault?.code].filter(Boolean).join(', ')}`;
  return `${WAITS[reason]?.happened ?? reason}${inBrackets(error_code, provider?.status)}`;
}
