import {
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EventBus, startEventBus } from '../../stand-ins/eventbridge/bus.ts';

let bus: EventBus;
let client: EventBridgeClient;
beforeEach(async () => {
  bus = await startEventBus(['results']);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new EventBridgeClient({ region: 'eu-central-1', endpoint: bus.url, credentials, maxAttempts: 1 });
});
afterEach(async () => {
  client.destroy();
  await bus.close();
});

const entry = (change: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  EventBusName: 'results',
  Source: 'relay',
  DetailType: 'done',
  Detail: '{"n":9223372036854775807}',
  ...change,
});
const put = (...Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries }));

describe('the event bus', () => {
  it('keeps what was put, in order and byte for byte', async () => {
    const reply = await put(entry(), entry({ DetailType: 'next' }));
    expect(reply.FailedEntryCount).toBe(0);
    expect(reply.Entries?.map(({ EventId }) => typeof EventId)).toEqual(['string', 'string']);
    expect(bus.events.map(({ detailType, detail }) => [detailType, detail])).toEqual([
      ['done', '{"n":9223372036854775807}'],
      ['next', '{"n":9223372036854775807}'],
    ]);
  });

  it('calls its subscribers', async () => {
    const heard: string[] = [];
    bus.subscribe(({ detailType }) => heard.push(detailType));
    await put(entry());
    expect(heard).toEqual(['done']);
  });

  it('accepts the ARN of a bus as its name', async () => {
    await put(entry({ EventBusName: 'arn:aws:events:eu-central-1:000000000000:event-bus/results' }));
    expect(bus.events).toHaveLength(1);
  });

  it.each([
    ['no source', { Source: undefined }, 'InvalidArgument'],
    ['no type', { DetailType: undefined }, 'InvalidArgument'],
    ['no detail', { Detail: undefined }, 'InvalidArgument'],
    ['a detail that is not JSON', { Detail: '{' }, 'MalformedDetail'],
    ['a detail that is a list', { Detail: '[]' }, 'MalformedDetail'],
    ["AWS's own source", { Source: 'aws.lambda' }, 'NotAuthorizedForSource'],
    ['an unknown bus', { EventBusName: 'other' }, 'InvalidArgument'],
  ])('refuses an entry with %s and accepts its neighbour, in a reply with status 200', async (_name, change, code) => {
    const reply = await put(entry(change as Partial<PutEventsRequestEntry>), entry());
    expect(reply.FailedEntryCount).toBe(1);
    expect(reply.Entries?.[0]?.ErrorCode).toBe(code);
    expect(bus.events).toHaveLength(1);
  });

  it('accepts ten entries and refuses eleven', async () => {
    await put(...Array.from({ length: 10 }, () => entry()));
    await expect(put(...Array.from({ length: 11 }, () => entry()))).rejects.toThrow('1 to 10');
    expect(bus.events).toHaveLength(10);
  });

  it('accepts 256 KB in all and refuses one byte more', async () => {
    const room = 256 * 1024 - 'relaydone{"t":""}'.length;
    await put(entry({ Detail: JSON.stringify({ t: 'x'.repeat(room) }) }));
    await expect(put(entry({ Detail: JSON.stringify({ t: 'x'.repeat(room + 1) }) }))).rejects.toThrow('Total size');
  });

  it('refuses the next requests, as many as it was told', async () => {
    bus.refuse(1);
    await expect(put(entry())).rejects.toThrow('refused on purpose');
    expect((await put(entry())).FailedEntryCount).toBe(0);
  });

  it('refuses as many entries as it was told', async () => {
    bus.fail(1);
    expect((await put(entry(), entry())).Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      'ThrottlingException',
      undefined,
    ]);
  });
});

describe('a rule of a bus', () => {
  const rule = {
    ...{ Name: 'to-log', State: 'DISABLED' as const, EventBusName: 'results', EventPattern: { source: ['relay'] } },
    Targets: [{ Id: 'log', Arn: 'arn:aws:logs:eu-central-1:000000000000:log-group:/aws/events/results' }],
  };
  const asked = { Rule: 'to-log', EventBusName: 'results' };
  let other: EventBus;
  let events: EventBridgeClient;
  beforeEach(async () => {
    other = await startEventBus(['results'], [rule]);
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    events = new EventBridgeClient({ region: 'eu-central-1', endpoint: other.url, credentials, maxAttempts: 1 });
  });
  afterEach(async () => {
    events.destroy();
    await other.close();
  });

  it('is told with its state and its targets', async () => {
    const { Rules } = await events.send(new ListRulesCommand({ NamePrefix: 'to', EventBusName: 'results' }));
    expect(Rules).toMatchObject([
      {
        ...{ Name: 'to-log', State: 'DISABLED', EventPattern: '{"source":["relay"]}' },
        Arn: 'arn:aws:events:eu-central-1:000000000000:rule/results/to-log',
      },
    ]);
    const { Targets } = await events.send(new ListTargetsByRuleCommand(asked));
    expect(Targets).toEqual(rule.Targets);
  });

  it('of another bus is not told', async () => {
    expect((await events.send(new ListRulesCommand({ EventBusName: 'default' }))).Rules).toEqual([]);
    await expect(
      events.send(new ListTargetsByRuleCommand({ ...asked, EventBusName: 'default' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
