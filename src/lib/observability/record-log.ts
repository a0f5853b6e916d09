import type { Logger } from '@aws-lambda-powertools/logger';
import type { SQSRecord } from 'aws-lambda';
import { readChange } from '../change/change.ts';
import { sha256 } from '../change/fingerprint.ts';
import { isOfHeartbeat } from '../change/heartbeat.ts';
import type { TracedName } from '../change/validate.ts';
import type { RecordLog } from '../relay/message-group.ts';
import type { Result } from '../relay/result-schema.ts';
import { SecretShapeError } from '../secrets/secret-shape.ts';

/** Writes one structured line per record and never a payload. Fields are passed with each call, because records run in parallel. */
export function createRecordLog(logger: Logger): RecordLog {
  return {
    completed(record, result, milliseconds) {
      const fields = {
        ...recordFields(record),
        ...resultFields(result),
        milliseconds: Math.round(milliseconds),
      };
      if (isOfHeartbeat(result)) logger.debug('heartbeat completed', fields);
      else logger.info('change completed', fields);
    },
    retried: (record, { reason, delay, change, tried: { attempts, code, status, requestId } }) =>
      logger.info('change retried', {
        ...recordFields(record),
        ...changeFields(change),
        reason,
        delay_milliseconds: delay,
        attempts,
        error_code: code,
        provider: status === undefined ? undefined : { status, request_id: requestId },
      }),
    ignored: (record) => logger.warn('relay event ignored', { ...recordFields(record), ...brokenChange(record) }),
    broken: (record, error) =>
      logger.error('record broken', { ...recordFields(record), ...brokenChange(record), fault: faultOf(error) }),
  };
}

const recordFields = ({ messageId, attributes }: SQSRecord) => ({
  message_id: messageId,
  message_group: attributes.MessageGroupId,
  receives: Number(attributes.ApproximateReceiveCount),
});

const changeFields = ({ id, source, type, hash, subject, traceparent, operation }: TracedName = {}) => ({
  change: { id, source, type, hash, subject },
  operation,
  traceparent,
});

/** Names the change of a broken record, or the hash of a body that is not a change. Its type is left out, because nothing has checked it. */
function brokenChange({ body }: SQSRecord) {
  const reading = readChange(body);
  if (reading.kind === 'unreadable') return { change: { hash: sha256(body) } };
  const { id, source } = reading.event;
  return { change: { id, source } };
}

/** The fields of a result that a log line repeats. */
function resultFields({ id, traceparent, data }: Result) {
  const { change, operation, outcome, attempts, provider } = data;
  const error = data.outcome === 'succeeded' ? undefined : data.error;
  return {
    result_id: id,
    change,
    operation,
    outcome,
    confirmed_by: data.outcome === 'succeeded' ? data.confirmed_by : undefined,
    attempts,
    provider,
    error_class: error?.class,
    error_code: error?.code,
    traceparent,
  };
}

/** What may be logged of an error: its kind and where it was thrown. Its message may repeat what was sent. */
export function faultOf(error: unknown) {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, message, stack = '', code } = error as Error & { code?: unknown };
  // The stack starts with the message, whose lines may look like frames.
  const frames = stack
    .replace(message, () => '')
    .split('\n')
    .filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
  return {
    name,
    code: typeof code === 'string' ? code.slice(0, 64) : undefined,
    // Only this message is safe to log: it names the secret and its members, and holds no value.
    problem: error instanceof SecretShapeError ? message : undefined,
    at: frames.slice(0, 4).map((line) => line.trim()),
  };
}
