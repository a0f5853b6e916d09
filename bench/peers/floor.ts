import { connect, type TLSSocket } from 'node:tls';
import type { SQSEvent } from 'aws-lambda';
import { variable } from './shared/environment.ts';

/** The requests that correctness needs for each change, one after the other: claim, lock, call, store, publish. */
const STEPS = [
  aws('DYNAMODB', 'DynamoDB_20120810.GetItem', '{"Key":{}}'),
  aws('DYNAMODB', 'DynamoDB_20120810.GetItem', '{"Key":{}}'),
  { origin: variable('SMS_ENDPOINT'), head: 'PUT /v3/tasks/floor HTTP/1.1', body: undefined },
  aws('DYNAMODB', 'DynamoDB_20120810.GetItem', '{"Key":{}}'),
  aws('EVENTBRIDGE', 'AWSEvents.PutEvents', '{"Entries":[{}]}'),
];

function aws(service: string, target: string, body: string) {
  return { origin: variable(`AWS_ENDPOINT_URL_${service}`), head: `POST / HTTP/1.1\r\nx-amz-target: ${target}`, body };
}

/** Idle connections, by origin. */
const free = new Map<string, TLSSocket[]>();

function open(origin: string): TLSSocket {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port) });
  return socket.setNoDelay(true);
}

async function exchange({ origin, head, body = '' }: { origin: string; head: string; body?: string | undefined }) {
  const idle = free.get(origin) ?? [];
  free.set(origin, idle);
  const socket = idle.pop() ?? open(origin);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('data', () => resolve()).once('error', reject);
  socket.write(`${head}\r\nhost: floor\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  await promise;
  socket.removeAllListeners('error');
  idle.push(socket);
}

async function carryOut(change: string): Promise<void> {
  for (const { body = change, ...step } of STEPS) await exchange({ ...step, body });
}

/** Only the waits: five bare requests for each change. Tasks run side by side, and the changes of a task in order. */
export async function handler({ Records }: SQSEvent) {
  const groups = Map.groupBy(Records, ({ attributes }) => attributes.MessageGroupId);
  await Promise.all(
    [...groups.values()].map(async (group) => {
      for (const { body } of group) await carryOut(body);
    }),
  );
  return { batchItemFailures: [] };
}
