import { toOperatorError } from '../stage/aws-faults.ts';
import { servicesOf } from '../stage/queues.ts';
import { webhookUrlOf } from '../stage/sending.ts';
import type { Stage } from '../stage/stage.ts';

/** What a check found: a sentence and, unless all is well, how to correct it. */
export interface Finding {
  level: 'good' | 'warning' | 'bad';
  text: string;
  fix?: string;
  /** Names and addresses that others need, such as the queue for a producer. */
  names?: Record<string, string>;
}

/** One check of a stage. It only reads, and may throw what AWS threw. */
export type Check = (stage: Stage) => Promise<Finding>;

export const good = (text: string): Finding => ({ level: 'good', text });
export const bad = (text: string, fix: string): Finding => ({ level: 'bad', text, fix });

/** Finds the queues by service, with the number of their messages. */
export const checkQueues: Check = async (stage) => {
  const sqs = await stage.clients.sqs();
  const found = await Promise.all(
    (await servicesOf(stage)).map(async (service) => {
      const QueueUrl = await stage.queueOf(service);
      const { Attributes = {} } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] });
      const { ApproximateNumberOfMessages: waiting = '0', ApproximateNumberOfMessagesNotVisible: open = '0' } =
        Attributes;
      return { service, QueueUrl, count: `${service}: ${waiting} waiting, ${open} under way` };
    }),
  );
  const names = Object.fromEntries(found.map(({ service, QueueUrl }) => [service, QueueUrl]));
  return { ...good(found.map(({ count }) => count).join('; ')), names };
};

/** Finds the webhook's address. This needs a permission of its own, which not every operator has. */
export const checkWebhook: Check = async (stage) => {
  const found = await webhookUrlOf(stage).catch(toOperatorError);
  if (typeof found === 'string') return { ...good('found'), names: { address: found } };
  const { message, why } = found.diagnostic;
  const text = `its address was not found: ${[message, why].filter(Boolean).join(', ')}`;
  return { level: 'warning', text, fix: 'ask for apigateway:GET, or look at the outputs of the deployment' };
};
