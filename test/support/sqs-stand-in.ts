import { createHash } from 'node:crypto';
import * as z from 'zod';
import { startJsonServer } from '../../stand-ins/json-server.ts';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

const Sent = z.object({
  QueueUrl: z.string(),
  Entries: z.array(
    z.object({
      Id: z.string(),
      MessageBody: z.string(),
      MessageGroupId: z.string(),
      MessageDeduplicationId: z.string(),
    }),
  ),
});
const Changed = z.object({
  QueueUrl: z.string(),
  Entries: z.array(z.object({ Id: z.string(), ReceiptHandle: z.string(), VisibilityTimeout: z.number() })),
});

const Removed = z.object({
  QueueUrl: z.string(),
  Entries: z.array(z.object({ Id: z.string(), ReceiptHandle: z.string() })),
});

const refused = (Id: string, Code: string) => ({ Id, Code, SenderFault: false, Message: 'refused on purpose' });

/** A queue service that keeps what it was asked, takes each entry or refuses it, and can be told to fail or to hang. */
export async function startSqsStandIn() {
  const sent: z.infer<typeof Sent>[] = [];
  const changed: z.infer<typeof Changed>[] = [];
  const removed: z.infer<typeof Removed>[] = [];
  const state = { refuse: (_id: string): string | undefined => undefined, fail: (): void => {} };
  const answer = (ids: string[], successful: (id: string, index: number) => object) => ({
    Successful: ids.flatMap((id, index) => (state.refuse(id) ? [] : [successful(id, index)])),
    Failed: ids.flatMap((id) => refused(id, state.refuse(id) ?? '')).filter(({ Code }) => Code !== ''),
  });
  const server = await startJsonServer({
    'AmazonSQS.SendMessageBatch': (input) => {
      state.fail();
      const batch = Sent.parse(input);
      sent.push(batch);
      const bodies = batch.Entries.map(({ MessageBody }) => MessageBody);
      return answer(
        batch.Entries.map(({ Id }) => Id),
        (Id, index) => ({ Id, MessageId: `m-${Id}`, MD5OfMessageBody: md5(bodies[index] ?? ''), SequenceNumber: '1' }),
      );
    },
    'AmazonSQS.ChangeMessageVisibilityBatch': (input) => {
      state.fail();
      const batch = Changed.parse(input);
      changed.push(batch);
      return answer(
        batch.Entries.map(({ Id }) => Id),
        (Id) => ({ Id }),
      );
    },
    'AmazonSQS.DeleteMessageBatch': (input) => {
      state.fail();
      const batch = Removed.parse(input);
      removed.push(batch);
      return answer(
        batch.Entries.map(({ Id }) => Id),
        (Id) => ({ Id }),
      );
    },
  });
  return {
    url: server.url,
    sent,
    changed,
    removed,
    state,
    reset() {
      sent.length = 0;
      changed.length = 0;
      removed.length = 0;
      state.refuse = () => undefined;
      state.fail = () => {};
    },
    stop: () => server.close(),
  };
}
export type SqsStandIn = Awaited<ReturnType<typeof startSqsStandIn>>;
