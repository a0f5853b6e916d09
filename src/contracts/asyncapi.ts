import type { JsonObject } from '../lib/json/exact-json.ts';

/** A message of the document: the schema of its payload, and valid examples. */
export interface Message {
  name: string;
  title: string;
  summary: string;
  service?: string;
  payload: JsonObject;
  examples: { name: string; payload: JsonObject }[];
}

/** The AsyncAPI 3 document: the events that the relay receives, and those that it publishes. */
export function asyncApi(changes: Message[], results: Message[], description: string): JsonObject {
  const services = [...new Set(changes.map(({ service = '' }) => service))];
  const ofService = (service: string) => changes.filter((message) => message.service === service);
  return {
    asyncapi: '3.0.0',
    info: { title: 'Migration relay', version: '1.0.0', description, license: { name: 'MIT' } },
    defaultContentType: 'application/json',
    channels: {
      ...Object.fromEntries(services.map((service) => [`${service}-changes`, queue(service, ofService(service))])),
      webhook: {
        address: '/changes',
        title: 'Changes over HTTP',
        description:
          'POST with a Standard Webhooks signature: one change, or a list of up to 100. The reply 202 means that they are queued.',
        messages: refs(changes),
        bindings: { http: {} },
      },
      results: {
        address: 'migration-relay-{stage}-results',
        title: 'Results',
        description:
          "An EventBridge bus. Source is the relay's name and stage, DetailType the event's type, Detail the event.",
        parameters: STAGE,
        messages: refs(results),
      },
    },
    operations: {
      ...Object.fromEntries(services.map((service) => operation(`${service}-changes`, 'receive', ofService(service)))),
      ...Object.fromEntries([operation('webhook', 'receive', changes), operation('results', 'send', results)]),
    },
    components: {
      messages: Object.fromEntries([...changes, ...results].map((message) => [message.name, component(message)])),
    },
  };
}

const STAGE: JsonObject = { stage: { description: 'The stage that the relay is deployed under.', examples: ['prod'] } };

const queue = (service: string, messages: Message[]): JsonObject => ({
  address: `migration-relay-{stage}-${service}-changes.fifo`,
  title: `Changes of ${service.toUpperCase()} tasks`,
  description: 'An SQS FIFO queue. MessageGroupId is one per task, MessageDeduplicationId one per change.',
  parameters: STAGE,
  messages: refs(messages),
  bindings: { sqs: { queue: { name: `migration-relay-{stage}-${service}-changes.fifo`, fifoQueue: true } } },
});

const refs = (messages: Message[]): JsonObject =>
  Object.fromEntries(messages.map(({ name }) => [name, { $ref: `#/components/messages/${name}` }]));

const operation = (channel: string, action: 'send' | 'receive', messages: Message[]): [string, JsonObject] => [
  `${action}-${channel}`,
  {
    action,
    channel: { $ref: `#/channels/${channel}` },
    messages: messages.map(({ name }) => ({ $ref: `#/channels/${channel}/messages/${name}` })),
  },
];

function component({ name, title, summary, payload, examples }: Message): JsonObject {
  // The schema has no `$id` here, because a parser would resolve references against it and not against the document.
  const { $schema: _draft, $id: _id, examples: _examples, ...schema } = payload;
  return { name, title, summary, contentType: 'application/json', payload: schema, examples };
}
