import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Lambda } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { StageEvent } from '../../src/contracts/operator-events.ts';
import { drainStage } from '../../src/operator/drain.ts';
import { openStage } from '../../src/operator/stage/stage.ts';
import { CREDENTIALS } from '../../stand-ins/account.ts';
import { relay as runRelay, type Setting } from './terminal.ts';
import { type OwnStack, startOwnStack } from './with-stack.ts';

let own: OwnStack;
let lambda: Lambda;
let change: object;
beforeAll(async () => {
  own = await startOwnStack();
  const endpoint = own.stack.endpoints.AWS_ENDPOINT_URL_LAMBDA ?? '';
  lambda = new Lambda({ region: 'eu-central-1', endpoint, credentials: CREDENTIALS });
  change = json(await readFile('events/dcs-update-auto.json', 'utf8'));
}, 60_000);
afterAll(async () => {
  lambda.destroy();
  await own.stop();
});
const relay = (args: string[], setting: Setting = {}) => runRelay(args, { ...setting, env: own.env });
const json = (text: string) => JSON.parse(text);

/** Puts changes into the queue and does not wait for them. */
async function put(ids: string[], ...more: string[]) {
  for (const id of ids) {
    const sent = await relay(['send', '-', '--no-wait', '--json', ...more], {
      input: JSON.stringify({ ...change, id }),
    });
    expect(sent).toMatchObject({ code: 0, err: '' });
  }
}
/** The ids of the changes whose results the bus took. */
const ended = () =>
  own.stack.bus.events
    .filter(({ source }) => source === 'migration-relay.local')
    .map(({ detail }) => json(detail).data.change?.id as string);
const endOf = (ids: string[]) => vi.waitFor(() => expect(ended()).toEqual(expect.arrayContaining(ids)), 15_000);
const acts = () =>
  own.stack.bus.events
    .filter(({ detailType }) => detailType.startsWith('migration.stage.'))
    .map(({ detail }) => json(detail) as StageEvent);
const states = async (...args: string[]) => {
  const { items } = json((await relay(['resume', '-n', '--json', ...args])).out);
  return Object.fromEntries(items.map((one: { part: string; paused_since?: string }) => [one.part, one]));
};
const reserved = async () =>
  (await lambda.getFunctionConcurrency({ FunctionName: 'migration-relay-local-webhook' })).ReservedConcurrentExecutions;
const mappingState = async (service: string) => {
  const FunctionName = `migration-relay-local-${service}Changes`;
  const { EventSourceMappings = [] } = await lambda.listEventSourceMappings({ FunctionName });
  return EventSourceMappings[0]?.State;
};
const LEFT =
  'dcs was paused already, so its queue was not emptied: it has 1 message. To empty it: relay resume --only dcs, then drain again';
const HEARTBEAT = JSON.stringify({
  ...{ specversion: '1.0', id: 'beat', source: 'migration-relay.local.heartbeat', type: 'migration.relay.heartbeat' },
});
const idsOf = (name: string, count: number) => Array.from({ length: count }, (_, at) => `${name}-${at}`);

describe('relay pause', () => {
  it('only shows with -n what it would do', async () => {
    const { code, out } = await relay(['pause', '--webhook', '-n', '--json']);
    expect({ code, parts: json(out).items }).toMatchObject({
      ...{ code: 0, parts: [{ part: 'dcs', changed: false }, { part: 'sms' }, { part: 'webhook' }] },
    });
    expect([acts(), await reserved()]).toEqual([[], 10]);
    await put(['before']);
    await endOf(['before']);
  });

  it('leaves changes in their queues, from the webhook too, until relay resume', async () => {
    const { code, out, err } = await relay(['pause', '--no-color'], { terminal: true });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^✓ dcs +paused +0 waiting, 0 in flight, 0 delayed\n✓ sms +paused .*\n/);
    expect(out).toMatch(/up to 14 days[\s\S]*OldestMessage[\s\S]*The webhook still accepts[\s\S]*Next: relay resume/);
    await put(['queued']);
    await put(['posted'], '--via', 'webhook');
    await sleep(1500);
    expect(ended()).not.toEqual(expect.arrayContaining(['queued']));
    expect(ended()).not.toEqual(expect.arrayContaining(['posted']));
    const again = json((await relay(['pause', '--json'])).out);
    expect(again.items).toMatchObject([
      { part: 'dcs', state: 'paused', changed: false, waiting: 2, in_flight: 0, delayed: 0 },
      { part: 'sms', state: 'paused', changed: false, waiting: 0 },
    ]);
    expect(Date.now() - Date.parse(again.items[0].paused_since)).toBeLessThan(15_000);
    const resumed = await relay(['resume', '--no-color'], { terminal: true });
    expect(resumed.out).toMatch(
      /^✓ dcs +works [\s\S]*- webhook +works, as before[\s\S]*dcs was paused for at least \d[\s\S]*\n\d messages? in the queues\./,
    );
    await endOf(['queued', 'posted']);
  });

  it('can pause one queue, or close only the webhook, whose senders get 503', async () => {
    await relay(['pause', '--only', 'sms', '--only', 'webhook']);
    expect(await reserved()).toBe(0);
    expect((await fetch(own.stack.webhookUrl, { method: 'POST', body: '{}' })).status).toBe(503);
    await put(['dcs-works']);
    await endOf(['dcs-works']);
    await relay(['resume', '--only', 'webhook']);
    expect(await reserved()).toBe(10);
    expect((await fetch(own.stack.webhookUrl, { method: 'POST', body: '{}' })).status).toBe(401);
    expect(await states()).toMatchObject({ sms: { paused_since: expect.any(String) }, dcs: { changed: false } });
    await relay(['resume']);
  });

  it('closes the webhook beside the queues that are named', async () => {
    await relay(['pause', '--only', 'sms', '--webhook']);
    expect(Object.entries(await states()).flatMap(([part, { paused_since }]) => (paused_since ? [part] : []))).toEqual([
      'sms',
    ]);
    expect(await reserved()).toBe(0);
    await relay(['resume']);
    expect(await reserved()).toBe(10);
  });

  it('names the alarms that go off meanwhile: that of throttles only if the webhook is closed', async () => {
    const notes = async (...args: string[]) => (await relay(['pause', '-n', ...args])).err;
    const alarm = /closed webhook .*WebhookFunctionThrottles/;
    expect(await notes()).toMatch(/alarms OldestMessage and Silence/);
    expect(await notes()).not.toMatch(alarm);
    expect(await notes('--webhook')).toMatch(alarm);
  });

  it('refuses a part that no stage has', async () => {
    const { code, err } = await relay(['pause', '--only', 'dns']);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('not a part of a stage') });
  });
});

describe('relay resume', () => {
  const DAY = 86_400_000;
  const after = (days: number) => () => Date.now() + days * DAY;

  it('warns first of changes that have become too old during the pause', async () => {
    await relay(['pause', '--only', 'sms']);
    const resumeAfter = async (days: number) => {
      const { out, err } = await relay(['resume', '-n', '--json'], { now: after(days) });
      return { warnings: json(out).warnings, err: err.trim().split('\n').filter(Boolean) };
    };
    const begun =
      /^sms was paused for at least .+, longer than maxAgeSeconds \(24 h\): changes that were begun before it end/;
    const late = /^sms was paused for at least .+: changes that were sent more than 13 days ago end without a call/;
    expect((await resumeAfter(0.9)).warnings).toEqual([]);
    expect(await resumeAfter(1.1)).toEqual({
      warnings: [expect.stringMatching(begun)],
      err: [expect.stringContaining('"warning":"sms was paused')],
    });
    expect((await resumeAfter(13.1)).warnings).toEqual([expect.stringMatching(begun), expect.stringMatching(late)]);
    await relay(['resume']);
  });
});

describe('what an operator does with a stage', () => {
  it('is an event of the bus with a name and a time, which relay results shows', async () => {
    const before = acts().length;
    await relay(['pause', '--only', 'sms']);
    const { event } = json((await relay(['resume', '--json'])).out);
    const [first, second] = acts().slice(before);
    expect([StageEvent.parse(first).data.parts, StageEvent.parse(second)]).toEqual([['sms'], event]);
    expect(event).toMatchObject({ source: 'migration-relay.local.operator', type: 'migration.stage.resumed' });
    const { out } = await relay(['results', '--no-color'], { terminal: true });
    expect(out).toMatch(/\d\d:\d\d:\d\d {2}stage paused by \S+: sms\n\d\d:\d\d:\d\d {2}stage resumed by \S+: sms\n$/);
    expect(json((await relay(['results', '--json'])).out).stage.at(-1)).toEqual(event);
  });

  it('is not said of a resume that found nothing paused', async () => {
    const before = acts().length;
    expect((await relay(['resume'])).code).toBe(0);
    expect(acts()).toHaveLength(before);
  });

  it('is said only of the parts that were not paused before', async () => {
    const before = acts().length;
    await relay(['pause', '--only', 'sms']);
    await relay(['pause']);
    const again = json((await relay(['pause', '--json'])).out);
    // A drain that finds all queues paused empties none.
    await relay(['drain']);
    expect(
      acts()
        .slice(before)
        .map(({ type, data }) => [type, ...data.parts]),
    ).toEqual(['sms', 'dcs', 'webhook'].map((part) => ['migration.stage.paused', part]));
    expect(again).not.toHaveProperty('event');
    await relay(['resume']);
  });

  it('is done although the bus refuses its event, which is a warning', async () => {
    own.stack.bus.refuse(100);
    const { code, err } = await relay(['pause', '--only', 'sms']);
    own.stack.bus.refuse(0);
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(/warning: the stage is paused, but the event/),
    });
    expect((await states()).sms).toHaveProperty('paused_since');
    await relay(['resume']);
  });
});

describe('relay drain', () => {
  it('ends under load when the queues are empty, and leaves them paused and the webhook closed', async () => {
    const ids = idsOf('load', 20);
    await relay(['pause']);
    await put(ids);
    await relay(['resume']);
    const { code, out, err } = await relay(['drain', '--json']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(json(out)).toMatchObject({
      drained: true,
      items: [
        { part: 'dcs', state: 'paused', waiting: 0, in_flight: 0, delayed: 0 },
        { part: 'sms', state: 'paused' },
        { part: 'webhook', state: 'paused' },
      ],
      event: { type: 'migration.stage.drained' },
    });
    expect(ended()).toEqual(expect.arrayContaining(ids));
    expect(await reserved()).toBe(0);
    expect((await relay(['drain'])).code).toBe(0);
  });

  it('keeps what direct senders send later waiting, and says how much that is when it is repeated', async () => {
    const before = acts().length;
    await put(['late']);
    const { code, out, err } = await relay(['drain', '--timeout', '3s', '--no-color'], { terminal: true });
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining(LEFT) });
    expect(out).toMatch(/- dcs +paused, as before +1 waiting[\s\S]*\nNothing to drain: all queues were paused already/);
    expect(json((await relay(['drain', '--json'])).out)).toEqual({
      ...{ format: '1.0', next: null, drained: true, warnings: [LEFT] },
      items: [
        expect.objectContaining({ part: 'dcs', state: 'paused', changed: false, waiting: 1 }),
        expect.objectContaining({ part: 'sms', state: 'paused', changed: false, waiting: 0 }),
        { part: 'webhook', state: 'paused', changed: false },
      ],
    });
    expect([acts().length, ended()]).toEqual([before, expect.not.arrayContaining(['late'])]);
    await relay(['resume', '--only', 'dcs']);
    await endOf(['late']);
    expect(await reserved()).toBe(0);
    await relay(['resume']);
  });

  it('waits only for the queues that work, also if a heartbeat comes into one that is paused', async () => {
    await relay(['pause', '--only', 'dcs']);
    let sent: Promise<unknown> | undefined;
    const { code, out, err } = await relay(['drain', '--timeout', '3s', '--no-color'], {
      terminal: true,
      onErr: (text) => {
        if (text.includes('…')) sent ??= own.stack.send('dcs', HEARTBEAT, 'heartbeat', 'beat');
      },
    });
    await sent;
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining(LEFT) });
    expect(err).not.toMatch(/… dcs/);
    expect(out).toMatch(/- dcs +paused, as before +1 waiting.*\n✓ sms +paused +0 waiting.*\n✓ webhook +paused/);
    expect(out).toMatch(
      /\nDrained until empty: the queue of sms\.\nPaused: the queue of dcs, the queue of sms, the webhook\.\nNext: relay resume/,
    );
    expect(acts().at(-1)).toMatchObject({ type: 'migration.stage.drained', data: { parts: ['sms', 'webhook'] } });
    await relay(['resume']);
  });

  it('tells at its end which queues are paused, also if its time is over', async () => {
    await relay(['pause', '--only', 'dcs']);
    const { code, out } = await relay(['drain', '--timeout', '1ms', '--no-color'], { terminal: true });
    expect({ code, out }).toEqual({
      code: 8,
      out: expect.stringMatching(/- dcs +paused, as before[\s\S]*- sms +works/),
    });
    expect(out).toMatch(/Paused: the queue of dcs, the webhook\. At work: the queue of sms\./);
    expect(acts().at(-1)).toMatchObject({ type: 'migration.stage.paused', data: { parts: ['webhook'] } });
    const again = json((await relay(['drain', '--timeout', '1ms', '--json'])).out);
    expect(again).toMatchObject({
      drained: false,
      items: [
        { part: 'dcs', state: 'paused', changed: false },
        { part: 'sms', state: 'works', changed: false },
        { part: 'webhook', state: 'paused', changed: false },
      ],
    });
    expect(again).not.toHaveProperty('event');
    await relay(['resume']);
  });

  it('tells after an interrupt which queues are paused', async () => {
    await relay(['pause', '--only', 'dcs']);
    const interrupt = new AbortController();
    const { code, err } = await relay(['drain'], {
      signal: interrupt.signal,
      onErr: (text) => text.includes('…') && interrupt.abort(),
    });
    expect({ code, err }).toEqual({
      code: 130,
      err: expect.stringContaining('Paused: the queue of dcs, the webhook. At work: the queue of sms.'),
    });
    expect(acts().at(-1)).toMatchObject({ type: 'migration.stage.paused', data: { parts: ['webhook'] } });
    await relay(['resume']);
  });

  it('tells the same after an interrupt while it pauses one queue after the other', async () => {
    const interrupt = new AbortController();
    const run = relay(['drain'], { signal: interrupt.signal });
    while ((await mappingState('dcs')) === 'Enabled') await sleep(1);
    interrupt.abort();
    const { code, err } = await run;
    const isBoth = (await states()).sms?.paused_since !== undefined;
    expect({ code, err }).toEqual({
      code: 130,
      err: expect.stringContaining(
        isBoth
          ? 'Paused: the queue of dcs, the queue of sms, the webhook. relay drain'
          : 'Paused: the queue of dcs, the webhook. At work: the queue of sms. relay drain',
      ),
    });
    expect((await relay(['drain'])).code).toBe(0);
    await relay(['resume']);
  });

  it('leaves the functions working when its time is over, and goes on when it is repeated', async () => {
    await relay(['pause']);
    const ids = idsOf('short', 10);
    await put(ids);
    await relay(['resume']);
    const { code, out } = await relay(['drain', '--timeout', '1ms', '--no-color'], { terminal: true });
    expect({ code, out }).toEqual({
      code: 8,
      out: expect.stringMatching(/✓ webhook +paused[\s\S]*Not drained: \d+ messages? left[\s\S]*Next: relay drain/),
    });
    expect(await states()).not.toHaveProperty('dcs.paused_since');
    expect((await relay(['drain'])).code).toBe(0);
    expect(ended()).toEqual(expect.arrayContaining(ids));
    await relay(['resume']);
  });

  it('is not fooled by a queue that looks empty for a moment', async () => {
    const stage = await openStage({}, own.env);
    const totals: (number | undefined)[] = [];
    const clock = { now: Date.now, signal: new AbortController().signal };
    const began = Date.now();
    const drained = drainStage(stage, clock, {
      ...{ until: began + 15_000, calm: 1200 },
      report: ({ dcs }) => totals.push(dcs && dcs.waiting + dcs.inFlight),
    });
    await vi.waitFor(() => expect(totals.length).toBeGreaterThan(3));
    await relay(['pause', '--only', 'dcs']);
    await put(['in-between']);
    await vi.waitFor(() => expect(totals).toContain(1));
    const lastAt = Date.now();
    await relay(['resume', '--only', 'dcs']);
    expect((await drained).isDrained).toBe(true);
    expect(Date.now() - lastAt).toBeGreaterThanOrEqual(1200);
    expect(ended()).toContain('in-between');
    await relay(['resume']);
  });

  it('that is interrupted says how things are, and can be repeated', async () => {
    const interrupt = new AbortController();
    const run = relay(['drain'], {
      signal: interrupt.signal,
      onErr: (text) => text.includes('…') && interrupt.abort(),
    });
    const { code, err } = await run;
    expect({ code, err }).toEqual({
      code: 130,
      err: expect.stringContaining('Paused: the webhook. At work: the queue of dcs, the queue of sms.'),
    });
    expect([await reserved(), (await states()).dcs]).toEqual([
      0,
      expect.not.objectContaining({ paused_since: expect.anything() }),
    ]);
    expect((await relay(['drain'])).code).toBe(0);
    expect((await relay(['resume'])).code).toBe(0);
    expect(await reserved()).toBe(10);
  });
});
