import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EventBus, startEventBus } from '../../../local/aws/event-bus.ts';
import { createPublisher, PublishRefused } from '../../../src/lib/edges/eventbridge-publisher.ts';
import { startSilentServer } from '../../support/silent-server.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const clientAt = (endpoint: string) =>
  new EventBridgeClient({ endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
let bus: EventBus;
let client: EventBridgeClient;
beforeAll(async () => {
  bus = await startEventBus(['results']);
  client = clientAt(bus.url);
});
afterAll(async () => {
  client.destroy();
  await bus.close();
});

const RESULT = {
  source: 'migration-relay.test',
  detailType: 'a.succeeded',
  detail: '{"n":9223372036854775807,"t":"ä😀"}',
};
const publish = (name = 'results', deadline = 2000) => createPublisher(client, name, deadline);

describe('a result', () => {
  it('reaches the bus byte for byte', async () => {
    await publish()(RESULT);
    expect(bus.events).toEqual([{ ...RESULT, bus: 'results' }]);
  });

  it('that the bus refuses inside of a reply with 200 was not published', async () => {
    bus.fail(1, 'ThrottlingException');
    const error = await publish()(RESULT).catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(PublishRefused);
    expect(error).toMatchObject({ code: 'ThrottlingException', name: 'PublishRefused' });
    await expect(publish()(RESULT)).resolves.toBeUndefined();
  });

  it('that no bus is there for was not published', async () => {
    await expect(publish('other')(RESULT)).rejects.toThrow(PublishRefused);
  });

  it('that the service fails at was not published', async () => {
    bus.refuse(1);
    await expect(publish()(RESULT)).rejects.toThrow();
  });

  it('that nobody answers is given up at the deadline', async () => {
    const { url, stop } = await startSilentServer();
    const silent = clientAt(url);
    const start = performance.now();
    await expect(createPublisher(silent, 'results', 100)(RESULT)).rejects.toThrow();
    expect(performance.now() - start).toBeLessThan(1000);
    silent.destroy();
    await stop();
  });

  it('that is refused is not repeated by the error', async () => {
    const error = await publish()({ ...RESULT, detail: 'CANARY' }).catch((fault: unknown) => fault);
    expect(String(error)).toBe('PublishRefused: the bus refused a result: MalformedDetail');
  });
});
