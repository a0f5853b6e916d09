import { afterEach, describe, expect, it } from 'vitest';
import type { LocalFunction } from '../../../local/lambda/function.ts';
import { type SwitchedMapping, startFunctionSettings } from '../../../local/lambda/function-settings.ts';
import { partsOf, pausePart, readPart, resumePart } from '../../../src/operator/stage/pausing.ts';
import { stageAt } from '../../../src/operator/stage/stage.ts';

const QUEUE = 'migration-relay-local-dcs-changes.fifo';
const clock = { now: Date.now, signal: new AbortController().signal };
const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

const named = (end: string, environment: Record<string, string>, reserved?: number) => {
  const name = `migration-relay-local-${end}`;
  return { name, arn: `arn:${name}`, timeout: 1, environment, reserved } as unknown as LocalFunction;
};

/** A stage with a webhook of this environment and reserved concurrency. `stop` ends when the mapping has stopped. */
async function open(environment: Record<string, string>, reserved?: number, mapping: Partial<SwitchedMapping> = {}) {
  const webhook = named('webhook', environment, reserved);
  const dcs = named('dcsChanges', { QUEUE_URL: `http://sqs/000000000000/${QUEUE}` });
  const standard = { BatchSize: 10, Enabled: true, start: () => {}, stop: async () => {}, FunctionName: dcs.arn };
  const other = { ...standard, EventSourceArn: 'arn:aws:sqs:eu-central-1:000000000000:other.fifo' };
  const own = { ...standard, EventSourceArn: `arn:aws:sqs:eu-central-1:000000000000:${QUEUE}`, ...mapping };
  const settings = await startFunctionSettings([webhook, dcs], [other, own]);
  running.push(settings);
  const local = { webhookUrl: '', simulatorUrl: '', endpoints: { AWS_ENDPOINT_URL_LAMBDA: settings.url } };
  return { stage: stageAt({ name: 'local', region: 'eu-central-1', local }, {}), webhook };
}

describe('the webhook of a stage', () => {
  it.each([
    ['10', 10],
    ['none', undefined],
  ])('gets back what its stage reserves: %s', async (setting, reserved) => {
    const { stage, webhook } = await open({ RESERVED_CONCURRENCY: setting }, reserved);
    await pausePart(stage, 'webhook', clock);
    expect([webhook.reserved, await readPart(stage, 'webhook')]).toEqual([0, { part: 'webhook', isPaused: true }]);
    await resumePart(stage, 'webhook', clock);
    expect([webhook.reserved, await readPart(stage, 'webhook')]).toEqual([
      reserved,
      { part: 'webhook', isPaused: false },
    ]);
  });

  it('keeps a concurrency that somebody else gave it, because it is not paused', async () => {
    const { stage, webhook } = await open({ RESERVED_CONCURRENCY: '10' }, 3);
    await resumePart(stage, 'webhook', clock);
    expect(webhook.reserved).toBe(3);
  });

  it('is not closed if nobody could say later what to restore', async () => {
    const { stage, webhook } = await open({}, 10);
    await expect(pausePart(stage, 'webhook', clock)).rejects.toMatchObject({ code: 'setting_missing', kind: 'broken' });
    expect(webhook.reserved).toBe(10);
  });
});

describe('the function of a queue', () => {
  it('is one of the parts, and one that the stage does not have is none', async () => {
    expect(await partsOf((await open({})).stage)).toEqual(['dcs', 'webhook']);
  });

  it('is paused once it is done with the messages that it has', async () => {
    let isDone = false;
    const stop = () =>
      new Promise<void>((resolve) => {
        setTimeout(() => {
          isDone = true;
          resolve();
        }, 150);
      });
    const { stage } = await open({}, 1, { stop });
    const before = Date.now();
    const first = pausePart(stage, 'dcs', clock);
    // Another operator has the same idea, and the wrong one.
    const second = pausePart(stage, 'dcs', clock);
    await first;
    expect(isDone).toBe(true);
    await second;
    const { isPaused, since = 0 } = await readPart(stage, 'dcs');
    expect(isPaused).toBe(true);
    expect(since).toBeGreaterThanOrEqual(before);
    await resumePart(stage, 'dcs', clock);
    expect(await readPart(stage, 'dcs')).toEqual({ part: 'dcs', isPaused: false });
  });

  it('that takes too long to stop is an error that says so', async () => {
    const { stage } = await open({}, 1, { stop: () => new Promise(() => {}) });
    let time = 0;
    const hurried = { ...clock, now: () => (time += 200_000) };
    await expect(pausePart(stage, 'dcs', hurried)).rejects.toMatchObject({
      ...{ code: 'still_changing', message: 'the event source mapping of dcs is still Disabling' },
    });
  });

  it('without a mapping can be neither paused nor resumed', async () => {
    const { stage } = await open({}, 1, { EventSourceArn: 'arn:aws:sqs:eu-central-1:000000000000:third.fifo' });
    for (const act of [pausePart, resumePart])
      await expect(act(stage, 'dcs', clock)).rejects.toMatchObject({ code: 'part_missing' });
  });
});
