import { type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { ACCOUNT } from './account.ts';
import { close, createPatientServer, listen } from './listen.ts';

/** A call of AWS, as IAM checks it. */
export interface AwsCall {
  /** The name of the function whose credentials signed it. */
  caller: string;
  /** The permission that it needs. A batch needs that of the single call. */
  action: string;
  resource: string;
  /** The keys that a policy's condition may use. */
  context: Record<string, string>;
}

/** A proxy in front of a service with AWS JSON. It reports every call and passes it on unchanged. */
export async function startTap(service: string, region: string, onCall: (call: AwsCall) => void) {
  const server = createPatientServer(async (request, response) => {
    const body = await buffer(request);
    for (const call of toCalls(request, body, region)) onCall(call);
    await pass(service, request, body, response);
  });
  return { url: await listen(server), close: () => close(server) };
}

function pass(
  service: string,
  { method, url = '/', headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onward = send(new URL(url, service), { ...(method && { method }), headers }, (reply) => {
    response.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.on('error', reject).on('end', resolve).pipe(response);
  });
  onward.on('error', reject).end(body);
  return promise;
}

type Input = Record<string, unknown>;
type Target = { action: (name: string) => string; about: (input: Input) => Omit<AwsCall, 'caller' | 'action'>[] };

function toCalls({ headers }: IncomingMessage, body: Buffer, region: string): AwsCall[] {
  const caller = /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';
  const [prefix = '', name = ''] = String(headers['x-amz-target']).split('.');
  const target = targets(region)[prefix];
  if (!target) return [{ caller, action: `${prefix}:${name}`, resource: '', context: {} }];
  const input = JSON.parse(body.toString()) as Input;
  return target.about(input).map((about) => ({ caller, action: target.action(name), ...about }));
}

function targets(region: string): Record<string, Target> {
  const arn = (service: string, rest: unknown) => `arn:aws:${service}:${region}:${ACCOUNT}:${rest}`;
  const toArn = (name: unknown, arn: string) => (String(name).startsWith('arn:') ? String(name) : arn);
  const one = (resource: string, context: Record<string, string> = {}) => [{ resource, context }];
  const plain = (service: string) => (name: string) => `${service}:${name}`;
  return {
    AmazonSQS: {
      action: (name) => `sqs:${name.replace(/Batch$/, '')}`,
      about: ({ QueueUrl }) => one(arn('sqs', String(QueueUrl).split('/').at(-1))),
    },
    DynamoDB_20120810: {
      action: plain('dynamodb'),
      about: ({ TableName }) => one(arn('dynamodb', `table/${TableName}`)),
    },
    AWSEvents: {
      action: plain('events'),
      about: ({ Entries }) =>
        (Entries as { EventBusName: string; Source: string }[]).flatMap(({ EventBusName: bus, Source }) =>
          one(toArn(bus, arn('events', `event-bus/${bus}`)), { 'events:source': Source }),
        ),
    },
    secretsmanager: {
      action: plain('secretsmanager'),
      // Secrets Manager adds six characters of its own to a name.
      about: ({ SecretId }) => one(toArn(SecretId, arn('secretsmanager', `secret:${SecretId}-local0`))),
    },
    AmazonSSM: {
      action: plain('ssm'),
      about: ({ Name }) => one(toArn(Name, arn('ssm', `parameter${Name}`))),
    },
  };
}
