import { REAL_TIME } from '../../stand-ins/clock.ts';
import { ServiceError, startJsonServer, type Targets } from '../../stand-ins/json-server.ts';
import { messageCalls, serve } from '../../stand-ins/sqs/calls.ts';
import { createQueue, type Queue } from '../../stand-ins/sqs/queue.ts';

interface Batch {
  QueueUrl: string;
  Entries: (Record<'MessageBody' | 'MessageGroupId' | 'MessageDeduplicationId' | 'ReceiptHandle', string> & {
    VisibilityTimeout: number;
  })[];
}

/**
 * SQS with any queue and any receipt. It records its requests. Each entry can be refused, by its body or receipt, and
 * each call can be made to fail.
 */
export async function startSqsStandIn() {
  const asked: Record<string, Batch[]> = {};
  const state = { refuse: (_text: string): string | undefined => undefined, fail: (): void => {} };
  const pass = (text: string): undefined => {
    const code = state.refuse(text);
    if (code !== undefined) throw new ServiceError(code, 'refused on purpose');
  };
  const queue = createQueue({ visibility: 0, retention: 1, maxReceives: 1 }, REAL_TIME);
  const send: Queue['send'] = (sent) => {
    pass(sent.body);
    return queue.send(sent);
  };
  const served = serve({ ...queue, send, remove: pass, changeVisibility: pass }, '', { FifoQueue: 'true' });
  const batchesOf = (name: string) => {
    asked[name] ??= [];
    return asked[name];
  };
  const watched = ([name, act]: [string, Targets[string]]) => [
    name,
    (input: Record<string, unknown>, gone: AbortSignal) => {
      state.fail();
      batchesOf(name).push(input as unknown as Batch);
      return act(input, gone);
    },
  ];
  const calls = Object.entries(messageCalls(() => served, new AbortController().signal)).map(watched);
  const server = await startJsonServer(Object.fromEntries(calls));
  return {
    url: server.url,
    sent: batchesOf('AmazonSQS.SendMessageBatch'),
    changed: batchesOf('AmazonSQS.ChangeMessageVisibilityBatch'),
    removed: batchesOf('AmazonSQS.DeleteMessageBatch'),
    state,
    reset() {
      for (const batches of Object.values(asked)) batches.length = 0;
      state.refuse = () => undefined;
      state.fail = () => {};
    },
    stop: () => server.close(),
  };
}
export type SqsStandIn = Awaited<ReturnType<typeof startSqsStandIn>>;
