import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AwsCall } from '../../../src/lib/aws/call.ts';
import { createPutResults, PublishRefused } from '../../../src/lib/aws/eventbridge.ts';
import { EVENTBRIDGE } from '../../../src/lib/aws/services.ts';
import { type EventBus, startEventBus } from '../../../stand-ins/eventbridge/bus.ts';
import { awsCallAt } from '../../support/aws-call.ts';
import { startSilentServer } from '../../support/silent-server.ts';

let bus: EventBus;
let call: AwsCall;
beforeAll(async () => {
  bus = await startEventBus(['results']);
  call = awsCallAt(EVENTBRIDGE, bus.url);
});
afterAll(async () => {
  await bus.close();
});

const RESULT = {
  source: 'migration-relay.test',
  detailType: 'a.succeeded',
  detail: '{"n":9223372036854775807,"t":"ä😀"}',
};
/** The reason for which a bus refused the one result, if it did. */
const put = async (over: Partial<typeof RESULT> = {}, name = 'results') =>
  (await createPutResults(call, name)([{ ...RESULT, ...over }]))[0];

describe('a result', () => {
  it('reaches the bus byte for byte', async () => {
    expect(await put()).toBeUndefined();
    expect(bus.events).toEqual([{ ...RESULT, bus: 'results' }]);
  });

  it('that the bus refuses in a reply with 200 was not published', async () => {
    bus.fail(1, 'ThrottlingException');
    const error = await put();
    expect(error).toBeInstanceOf(PublishRefused);
    expect(error).toMatchObject({ code: 'ThrottlingException', name: 'PublishRefused' });
    expect(await put()).toBeUndefined();
  });

  it.each([
    [{ FailedEntryCount: 1 }],
    [{ FailedEntryCount: 1, Entries: [] }],
    [{ FailedEntryCount: 1, Entries: [{}] }],
  ])('that is refused without a reason (%j) was not published', async (reply) => {
    const answer = (async () => reply) as unknown as AwsCall;
    expect(await createPutResults(answer, 'results')([RESULT])).toMatchObject([{ code: 'no code' }]);
  });

  it('is refused by itself among others', async () => {
    const others = ['1', 'CANARY', '{"b":2}'].map((detail) => ({ ...RESULT, detail }));
    const refusals = await createPutResults(call, 'results')([RESULT, ...others]);
    expect(refusals.map((refusal) => refusal?.code)).toEqual([
      undefined,
      'MalformedDetail',
      'MalformedDetail',
      undefined,
    ]);
    expect(bus.events.slice(-2).map(({ detail }) => detail)).toEqual([RESULT.detail, '{"b":2}']);
  });

  it('for a bus that does not exist was not published', async () => {
    expect(await put({}, 'other')).toBeInstanceOf(PublishRefused);
  });

  it('was not published if the service fails', async () => {
    bus.refuse(3);
    await expect(put()).rejects.toThrow();
  });

  it('is given up at the deadline if there is no reply', async () => {
    const { url, stop } = await startSilentServer();
    await expect(createPutResults(awsCallAt(EVENTBRIDGE, url, 100), 'results')([RESULT])).rejects.toThrow();
    await stop();
  });

  it('that is refused does not appear in the error', async () => {
    expect(String(await put({ detail: 'CANARY' }))).toBe('PublishRefused: the bus refused a result: MalformedDetail');
  });
});
