import { readFile } from 'node:fs/promises';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { SQS } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sumOf } from '../../src/cli/reports/republish-report.ts';
import { writeJson } from '../../src/lib/json/exact-json.ts';
import { republishDead } from '../../src/operator/republish/republish.ts';
import { openStage } from '../../src/operator/stage/stage.ts';
import { CREDENTIALS } from '../../stand-ins/account.ts';
import { relay as runRelay, type Setting } from './terminal.ts';
import { type OwnStack, startOwnStack } from './with-stack.ts';

const REGION = 'eu-central-1';
const TABLE = 'migration-relay-local-ledger';
const SOURCE = 'migration-relay.local';
const HOUR = 3_600_000;
const HEARTBEAT = {
  ...{ specversion: '1.0', id: 'dcs' },
  ...{ source: `${SOURCE}.heartbeat`, type: 'migration.relay.heartbeat' },
};

let own: OwnStack;
let dynamo: DynamoDB;
let deadResults: ReturnType<typeof deadLettersOf>;
const relay = (args: string[], setting: Setting = {}) => runRelay(args, { ...setting, env: own.env });
const json = (text: string) => JSON.parse(text);

/** The results that the bus took, as text, in their order. */
const published = () => own.stack.bus.events.filter(({ source }) => source === SOURCE).map(({ detail }) => detail);
const isAbout = (id: string) => (detail: string) => json(detail).data.change.id === id;

/** A result that is only in the ledger, because the bus lost it: the copy of another with an id and a time of its own. */
async function storeLost(id: string, time: number, name = id): Promise<string> {
  const { Items = [] } = await dynamo.scan({ TableName: TABLE });
  const row = Items.find(({ result }) => result?.S?.includes('"ord-1"')) ?? expect.unreachable();
  const result = json(row.result?.S ?? '');
  const data = { ...result.data, change: { ...result.data.change, id: name } };
  const text = writeJson({ ...result, id, time: new Date(time).toISOString(), data });
  await dynamo.putItem({ TableName: TABLE, Item: { ...row, pk: { S: `change#${id}` }, result: { S: text } } });
  return text;
}
/** An operator's finding that is only in the ledger, beside the result of `ord-1`. */
async function storeFinding(id: string, time: number): Promise<string> {
  const { Items = [] } = await dynamo.scan({ TableName: TABLE });
  const row = Items.find(({ result }) => result?.S?.includes('"ord-1"')) ?? expect.unreachable();
  const { data, dataschema: _, ...result } = json(row.result?.S ?? '');
  const finding = {
    result: { id: result.id, outcome: 'unknown' },
    resolved_as: 'applied',
    operator: 'ann',
    reason: 'seen',
  };
  const type = 'migration.dcs.migration-task.update.resolved';
  const text = writeJson({
    ...{ ...result, id, type, time: new Date(time).toISOString() },
    data: { change: { id: 'ord-1', source: data.change.source }, ...finding },
  });
  await dynamo.putItem({ TableName: TABLE, Item: { ...row, resolution: { S: text } } });
  return text;
}
const envelope = { version: '0', account: '000000000000', region: REGION, resources: [] };
const encrypted = {
  ...{ ...envelope, id: '053afa53-cdd7-285b-e754-b0dfd0ac0bfb', source: 'aws.events' },
  'detail-type': 'Encrypted Events',
  detail: { 'event-bus-arn': 'arn:aws:events:::event-bus/x', 'encrypted-payload': 'AgR4qiru/XNwTUyCgRHqP7rb' },
};
/** An event of the bus with this detail. */
const eventOf = (detail: string) => {
  const event = json(detail);
  return { ...envelope, source: event.source, 'detail-type': event.type, detail: event };
};

/** The queue of what a stack's bus could not deliver. */
function deadLettersOf({ endpoints, queues }: OwnStack['stack']) {
  const sqs = new SQS({ region: REGION, endpoint: endpoints.AWS_ENDPOINT_URL_SQS ?? '', credentials: CREDENTIALS });
  const QueueUrl = queues.dcs.replace('-dcs-changes.fifo', '-results-dead');
  return {
    park: (body: object) => sqs.sendMessage({ QueueUrl, MessageBody: JSON.stringify(body) }),
    /** How many can be received, and how many somebody works on. */
    async waiting() {
      const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
      const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: [...AttributeNames] });
      return AttributeNames.map((name) => Number(Attributes?.[name]));
    },
    async empty() {
      for (;;) {
        const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
        if (Messages.length === 0) return;
        for (const { ReceiptHandle } of Messages) await sqs.deleteMessage({ QueueUrl, ReceiptHandle });
      }
    },
    close: () => sqs.destroy(),
  };
}
const ids = { early: 'a'.repeat(32), late: 'b'.repeat(32), dead: 'c'.repeat(32), finding: 'd'.repeat(32) };

beforeAll(async () => {
  own = await startOwnStack();
  const { AWS_ENDPOINT_URL_DYNAMODB: table } = own.stack.endpoints;
  dynamo = new DynamoDB({ region: REGION, endpoint: table ?? '', credentials: CREDENTIALS });
  deadResults = deadLettersOf(own.stack);
  const change = json(await readFile('events/dcs-update-auto.json', 'utf8'));
  for (const id of ['ord-1', 'ord-2'])
    await relay(['send', '-', '--json'], { input: JSON.stringify({ ...change, id }) });
}, 60_000);
afterAll(async () => {
  dynamo.destroy();
  deadResults.close();
  await own.stop();
});

describe('relay republish', () => {
  it('publishes the stored result of a change again, byte for byte', async () => {
    const before = published().filter(isAbout('ord-1'));
    const { code, out, err } = await relay(['republish', 'ord-1']);
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringContaining('1 published again, 0 refused, 0 not tried.'),
    });
    expect(out).toMatch(/^\S+\tord-1\tmigration\.dcs\.migration-task\.update\.rejected\t[0-9a-f]{32}\tpublished\n$/);
    expect(before).toHaveLength(1);
    expect(published().filter(isAbout('ord-1'))).toEqual([before[0], before[0]]);
  });

  it('only shows with -n what it would do', async () => {
    const before = published().length;
    const { code, out } = await relay(['republish', 'ord-1', 'ord-2', '-n', '--json']);
    expect({ code, ...json(out) }).toMatchObject({ code: 0, total: 2, published: 0, next: null });
    expect(json(out).items.map(({ change: { id } }: { change: { id: string } }) => id)).toEqual(['ord-1', 'ord-2']);
    expect(published()).toHaveLength(before);
  });

  it('refuses a change without a stored result, and publishes none of the others', async () => {
    const before = published().length;
    const { code, err } = await relay(['republish', 'ord-1', 'ord-none', '--source', '/x']);
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/ord-1: the ledger has no result.*\[no_result\]/),
    });
    expect(published()).toHaveLength(before);
  });

  it.each([
    [['republish']],
    [['republish', 'ord-1', '--dead']],
    [['republish', '--dead', '--since', '1h']],
    [['republish', '--dead', '--missing']],
    [['republish', 'ord-1', '--until', '1h']],
    [['republish', '--since', '1h', '--until', 'soon']],
  ])('refuses to guess what is meant: relay %j', async (args) => {
    expect((await relay(args)).code).toBe(2);
  });

  it('leaves out heartbeats, which are in the ledger like any change', async () => {
    const heartbeats = async () => {
      const { Items = [] } = await dynamo.scan({ TableName: TABLE });
      return Items.filter(({ result }) => result?.S?.includes(`"${HEARTBEAT.source}"`));
    };
    await own.stack.send('dcs', JSON.stringify(HEARTBEAT), 'heartbeat', 'first');
    await vi.waitFor(async () => expect(await heartbeats()).toHaveLength(1), { timeout: 10_000 });
    const { items } = json((await relay(['republish', '--since', '1h', '-n', '--json'])).out);
    expect(items.map(({ change: { id } }: { change: { id: string } }) => id).sort()).toEqual(['ord-1', 'ord-2']);
  });

  it('publishes the results of a period, and of these only what the log lacks', async () => {
    const early = await storeLost(ids.early, Date.now() - 2 * HOUR);
    const late = await storeLost(ids.late, Date.now() - 1000);
    const both = json((await relay(['republish', '--since', '3h', '-n', '--json'])).out);
    expect(both.total).toBe(4);
    expect(both.items[0].id).toBe(ids.early);
    const old = json((await relay(['republish', '--since', '3h', '--until', '1h', '-n', '--json'])).out);
    expect(old.items).toMatchObject([{ id: ids.early, published: false }]);
    const before = published().length;
    const { code, out } = await relay(['republish', '--since', '3h', '--missing', '--json']);
    expect({ code, ...json(out) }).toMatchObject({ code: 0, total: 2, published: 2 });
    expect(published().slice(before)).toEqual([early, late]);
    expect(json((await relay(['republish', '--since', '3h', '--missing', '--json'])).out).total).toBe(0);
  });

  it('says what the bus refused, and ends with an error', async () => {
    own.stack.bus.fail(1, 'AccessDeniedException');
    const { code, out } = await relay(['republish', 'ord-1', '--no-color'], { terminal: true });
    expect({ code, out }).toEqual({
      code: 1,
      out: expect.stringMatching(
        /^✗ refused: AccessDeniedException {2}ord-1[^\n]*\n0 published again, 1 refused, 0 not tried\.\n$/,
      ),
    });
  });
});

describe('relay republish --dead', () => {
  beforeEach(() => deadResults.empty());

  it('publishes what the dead letters name, and removes these', async () => {
    const stored = published().find(isAbout('ord-2')) ?? '';
    await deadResults.park(eventOf(stored));
    await deadResults.park({ ...envelope, source: 'somebody.else', 'detail-type': 'x', detail: {} });
    const dry = json((await relay(['republish', '--dead', '-n', '--json'])).out);
    expect(dry).toMatchObject({ total: 1, published: 0, dead: { removed: 0, left: 2 } });
    expect(await deadResults.waiting()).toEqual([2, 0]);
    const [check] = json((await relay(['doctor', '--only', 'dead-letters', '--json'])).out).items;
    expect(check).toMatchObject({
      level: 'warning',
      text: '0 dead letters, 2 events that the bus could not deliver',
      fix: 'relay republish --dead',
    });
    const before = published().length;
    const { code, out } = await relay(['republish', '--dead', '--json']);
    expect({ code, ...json(out) }).toMatchObject({ code: 0, published: 1, dead: { removed: 1, left: 1 } });
    expect(published().slice(before)).toEqual([stored]);
    expect(await deadResults.waiting()).toEqual([1, 0]);
  });

  it('removes the results of heartbeats, and publishes none of them', async () => {
    const beat = own.stack.bus.events.find(({ source }) => source === HEARTBEAT.source);
    await deadResults.park(eventOf(beat?.detail ?? ''));
    const before = own.stack.bus.events.length;
    const { code, out } = await relay(['republish', '--dead', '--json']);
    expect({ code, ...json(out) }).toMatchObject({ code: 0, total: 0, published: 0, dead: { removed: 1, left: 0 } });
    expect(own.stack.bus.events).toHaveLength(before);
    expect(await deadResults.waiting()).toEqual([0, 0]);
  });

  it('finds what cannot be decrypted by what the log lacks', async () => {
    const lost = await storeLost(ids.dead, Date.now() - 240 * HOUR);
    await deadResults.park(encrypted);
    const before = published().length;
    const { code, out } = await relay(['republish', '--dead', '--json']);
    expect({ code, ...json(out) }).toMatchObject({ code: 0, published: 1, dead: { removed: 1, left: 0 } });
    expect(published().slice(before)).toEqual([lost]);
    expect(await deadResults.waiting()).toEqual([0, 0]);
  });

  it("publishes an operator's finding that cannot be decrypted, byte for byte", async () => {
    const lost = await storeFinding(ids.finding, Date.now() - 1000);
    await deadResults.park(encrypted);
    const before = published().length;
    const { code, out } = await relay(['republish', '--dead', '--json']);
    expect({ code, ...json(out) }).toMatchObject({
      code: 0,
      published: 1,
      dead: { removed: 1, left: 0, unmatched: 0 },
    });
    expect(published().slice(before)).toEqual([lost]);
    expect(json((await relay(['republish', 'ord-1', '-n', '--json'])).out).items).toContainEqual(
      expect.objectContaining({ id: ids.finding }),
    );
  });

  it.each([
    [false, { removed: 0, left: 1, unmatched: 1 }],
    [true, { removed: 1, left: 0, unmatched: 0 }],
  ])('asks before it removes what cannot be decrypted and matches nothing: agreed %s', async (isAgreed, left) => {
    await deadResults.park(encrypted);
    const clock = { now: Date.now, signal: AbortSignal.timeout(30_000) };
    const mayRemove = vi.fn(async () => isAgreed);
    const confirm = () => expect.unreachable('nothing is published');
    const stage = await openStage({}, own.env);
    const done = await republishDead(stage, clock, { isDry: false, confirm, mayRemove });
    expect(done).toMatchObject({ events: [], dead: left });
    expect(mayRemove).toHaveBeenCalledExactlyOnceWith(1);
    expect(await deadResults.waiting()).toEqual([left.left, 0]);
    expect(sumOf(done, false)).toMatch(isAgreed ? /1 dead letter removed, 0 left\.$/ : /1 of these can't be decrypted/);
  });

  it('keeps a dead letter whose result the bus refuses', async () => {
    await deadResults.park(eventOf(published().find(isAbout('ord-1')) ?? ''));
    await deadResults.park(encrypted);
    own.stack.bus.fail(1);
    const { code, out } = await relay(['republish', '--dead', '--json']);
    expect({ code, ...json(out) }).toMatchObject({ code: 1, published: 0, dead: { removed: 0, left: 2 } });
    expect(await deadResults.waiting()).toEqual([2, 0]);
  });

  it('says that there is nothing to do', async () => {
    const { code, out } = await relay(['republish', '--dead', '--no-color'], { terminal: true });
    expect({ code, out }).toEqual({ code: 0, out: 'Nothing to publish again. 0 dead letters removed, 0 left.\n' });
  });
});

describe('relay republish --dead of a stage in AWS', () => {
  let dev: OwnStack;
  let parked: ReturnType<typeof deadLettersOf>;
  let stored: string;
  const there = (args: string[], setting: Setting = {}) =>
    runRelay([...args, '--stage', 'dev', '--region', REGION], { ...setting, env: dev.stack.endpoints });
  const again = (setting: Setting = {}, ...more: string[]) => there(['republish', '--dead', ...more], setting);
  const count = () => dev.stack.bus.events.filter(({ detail }) => detail === stored).length;

  // A stage that looks deployed, at the endpoints that the SDK reads from the environment.
  beforeAll(async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'key').stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    dev = await startOwnStack({ stage: 'dev' });
    parked = deadLettersOf(dev.stack);
    await there(['send', 'events/dcs-update-auto.json', '--yes']);
    stored = dev.stack.bus.events.find(({ source }) => source === 'migration-relay.dev')?.detail ?? '';
  }, 60_000);
  beforeEach(() => parked.empty());
  afterAll(async () => {
    vi.unstubAllEnvs();
    parked.close();
    await dev.stop();
  });

  it('publishes and removes nothing without a confirmation, and leaves the dead letters to others', async () => {
    await parked.park(eventOf(stored));
    const before = count();
    const silent = await again();
    expect({ code: silent.code, err: silent.err }).toEqual({
      code: 2,
      err: expect.stringContaining('writing to stage dev needs your confirmation'),
    });
    const no = await again({ terminal: true, input: 'n\n' });
    expect({ code: no.code, err: no.err }).toEqual({
      code: 130,
      err: expect.stringMatching(
        /1 event from [\s\S]*: 1 rejected\n[\s\S]*stage dev · eu-central-1: publishes 1 event again, and removes their dead letters[\s\S]*nothing was done/,
      ),
    });
    expect(count()).toBe(before);
    expect(await parked.waiting()).toEqual([1, 0]);
  });

  it.each([
    ['a yes at the terminal', { terminal: true, input: 'y\n' }, []],
    ['the option for scripts', {}, ['--yes']],
  ] as const)('publishes and removes with %s', async (_how, setting, more) => {
    await parked.park(eventOf(stored));
    const before = count();
    expect((await again(setting, ...more)).code).toBe(0);
    expect(count()).toBe(before + 1);
    expect(await parked.waiting()).toEqual([0, 0]);
  });

  it.each([
    ['a no at the terminal', { terminal: true, input: 'n\n' }, [], 1],
    ['a yes at the terminal', { terminal: true, input: 'y\n' }, [], 0],
    ['nobody to ask', {}, [], 1],
    ['the option for scripts', {}, ['--yes'], 0],
  ] as const)(
    'with %s asks once more before it removes what cannot be decrypted and matches nothing',
    async (...row) => {
      const [, setting, more, left] = row;
      await parked.park(encrypted);
      const before = dev.stack.bus.events.length;
      const { code, err } = await again(setting, ...more);
      expect({ code, err }).toEqual({
        code: 0,
        err: expect.stringContaining(
          "stage dev · eu-central-1: removes 1 dead letter that can't be decrypted and for which nothing is missing",
        ),
      });
      expect(dev.stack.bus.events).toHaveLength(before);
      expect(await parked.waiting()).toEqual([left, 0]);
    },
  );
});
