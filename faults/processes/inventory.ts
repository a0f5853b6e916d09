import { DynamoDBClient, ListTablesCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Stack } from '../../local/stack.ts';

const about = { region: 'eu-central-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/** Reads the stack's queues and tables, over the same protocols that the functions use. */
export function createInventory({ endpoints, queues }: Stack) {
  const sqs = new SQSClient({ ...about, endpoint: endpoints.AWS_ENDPOINT_URL_SQS ?? '' });
  const ledger = new DynamoDBClient({ ...about, endpoint: endpoints.AWS_ENDPOINT_URL_DYNAMODB ?? '' });
  const urls = [queues.dcs, queues.sms];

  const countIn = async (QueueUrl: string) => {
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
    const { Attributes = {} } = await sqs.send(command);
    return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
  };
  const receiveAll = async (QueueUrl: string): Promise<string[]> => {
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 });
    const bodies = ((await sqs.send(command)).Messages ?? []).map(({ Body = '' }) => Body);
    return bodies.length === 0 ? [] : [...bodies, ...(await receiveAll(QueueUrl))];
  };

  return {
    /** The number of messages that are neither handled nor dead letters. */
    waiting: async () => (await Promise.all(urls.map(countIn))).reduce((sum, count) => sum + count),
    /** The bodies in the dead-letter queues. */
    dead: async () =>
      (await Promise.all(urls.map((url) => receiveAll(url.replace('-changes.fifo', '-changes-dead.fifo'))))).flat(),
    /** Every row of every table, as JSON text. */
    async rows(): Promise<string[]> {
      const rows: string[] = [];
      const { TableNames = [] } = await ledger.send(new ListTablesCommand({}));
      for (const TableName of TableNames) {
        for await (const { Items = [] } of paginateScan({ client: ledger }, { TableName }))
          rows.push(...Items.map((item) => JSON.stringify(item)));
      }
      return rows;
    },
    close() {
      sqs.destroy();
      ledger.destroy();
    },
  };
}
export type Inventory = ReturnType<typeof createInventory>;
