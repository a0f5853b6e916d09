import type { Handler, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { queueHandler } from '../../../src/lib/functions/queue.ts';
import { updateDcsMigrationTask } from '../../../src/lib/operations/update-dcs-migration-task.ts';
import { readResult } from '../../../src/lib/relay/result.ts';
import { type EventBus, startEventBus } from '../../../stand-ins/eventbridge/bus.ts';
import { ServiceError, startJsonServer } from '../../../stand-ins/json-server.ts';
import { captureLines } from '../../support/captured-lines.ts';
import { emittedIn } from '../../support/emitted.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { type LedgerTable, startLedgerTable } from '../../support/ledger-table.ts';
import { change, errorOf, FIRST_KEYS, PROJECT } from '../../support/relay-under-test.ts';
import { type ScriptedProvider, startScriptedProvider } from '../../support/scripted-provider.ts';
import { type SecretStore, startSecretStore } from '../../support/secret-store.ts';
import { sqsRecord } from '../../support/sqs-record.ts';
import { type SqsStandIn, startSqsStandIn } from '../../support/sqs-stand-in.ts';

let table: LedgerTable;
let bus: EventBus;
let provider: ScriptedProvider;
let queue: SqsStandIn;
let secrets: SecretStore;
let handler: Handler<SQSEvent, SQSBatchResponse>;

const CREDENTIALS = { kind: 'ak-sk', access_key: 'CANARY-ACCESS', secret_key: 'CANARY-SECRET', domain_id: 'd' };
const HELD = {
  'relay/test/provider': JSON.stringify(CREDENTIALS),
  'relay/test/fingerprint': JSON.stringify(FIRST_KEYS),
  'relay/test/redis/source': 'CANARY-REDIS',
};

const environmentOf = (): Record<string, string> => ({
  STAGE: 'test',
  TIME_SCALE: '20',
  LEDGER_TABLE: table.name,
  RESULT_BUS: 'results',
  QUEUE_URL: `${queue.url}/000000000000/dcs.fifo`,
  PROVIDER: 'huawei-cloud',
  PROVIDER_REGION: 'ap-southeast-3',
  DCS_ENDPOINT: provider.url,
  SMS_ENDPOINT: provider.url,
  IAM_ENDPOINT: provider.url,
  PROVIDER_CREDENTIALS: 'relay/test/provider',
  FINGERPRINT_KEYS: 'relay/test/fingerprint',
  PASSWORD_REFERENCE_PREFIX: 'relay/test/redis/',
  AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
  AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url,
  AWS_ENDPOINT_URL_SQS: queue.url,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'CANARY-AWS-KEY',
});

function setEnvironment() {
  for (const [name, value] of Object.entries(environmentOf())) vi.stubEnv(name, value);
}

beforeAll(async () => {
  [table, bus, provider, queue, secrets] = await Promise.all([
    startLedgerTable(),
    startEventBus(['results']),
    startScriptedProvider(),
    startSqsStandIn(),
    startSecretStore(HELD),
  ]);
  setEnvironment();
  ({ handler } = await import('../../../src/handlers/dcs-changes.ts'));
});
beforeEach(() => {
  setEnvironment();
  provider.play({ PUT: { status: 200 }, POST: { status: 200, body: {} }, GET: { status: 200, body: {} } });
});
afterEach(() => {
  vi.restoreAllMocks();
  queue.reset();
  bus.events.length = 0;
  secrets.away = false;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([table.stop(), bus.close(), provider.stop(), queue.stop(), secrets.stop()]);
});

/** Passes a batch to a handler as Lambda does. Returns its answer and what it wrote. */
async function run(records: SQSRecord[], { by = handler, request = 'lambda-request', remaining = 30_000 } = {}) {
  const captured = captureLines();
  const { batchItemFailures } = (await by({ Records: records }, lambdaContext(request, remaining), () => {})) ?? {
    batchItemFailures: [],
  };
  vi.restoreAllMocks();
  const lines = captured.lines();
  return { back: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), lines, text: captured.texts.join() };
}

const record = (id: string, group: string, event: unknown, over?: { receives?: number }) =>
  sqsRecord(id, group, typeof event === 'string' ? event : JSON.stringify(event), over);
const lineOf = (lines: Record<string, unknown>[], id: string) => lines.find(({ message_id }) => message_id === id);
const results = () => bus.events.map(({ detail }) => readResult(detail));
const CANARY = /CANARY/;

describe('a batch of the DCS queue', () => {
  it('is processed, published and logged, with a line for each record', async () => {
    const [good, wrong] = [change(), change({}, { body: { resume_mode: 'CANARY' } })];
    const sent = [record('1', 'a', good), record('2', 'b', wrong), record('3', 'c', '{"CANARY')];
    const { back, lines, text } = await run(sent, { request: 'lambda-request-1' });
    expect(back).toEqual([]);
    expect(lines).toHaveLength(3);
    expect(lineOf(lines, '1')).toMatchObject({
      ...{ level: 'INFO', message: 'change completed', outcome: 'succeeded', confirmed_by: 'reply', attempts: 1 },
      ...{ message_group: 'a', receives: 1, function_request_id: 'lambda-request-1' },
      change: { id: good.id, source: good.source, subject: { service: 'dcs', project_id: PROJECT } },
      provider: { status: 200 },
      milliseconds: expect.any(Number),
    });
    expect(lineOf(lines, '2')).toMatchObject({
      outcome: 'rejected',
      error_code: 'change_invalid',
      change: { id: wrong.id },
    });
    expect(lineOf(lines, '3')).toMatchObject({ outcome: 'rejected', error_code: 'change_unreadable' });
    expect(bus.events.map(({ source, detailType }) => [source, detailType]).sort()).toEqual([
      ['migration-relay.test', 'migration.change.rejected'],
      ['migration-relay.test', 'migration.dcs.migration-task.update.rejected'],
      ['migration-relay.test', 'migration.dcs.migration-task.update.succeeded'],
    ]);
    expect(text + JSON.stringify(bus.events)).not.toMatch(CANARY);
    expect(provider.calls()).toHaveLength(1);
    expect(queue.changed).toEqual([]);
  });

  it('that is delivered again calls nobody and publishes the same bytes', async () => {
    const sent = [record('1', 'a', change())];
    await run(sent);
    await run(sent);
    expect(provider.calls()).toHaveLength(1);
    expect(bus.events).toHaveLength(2);
    expect(bus.events[1]).toEqual(bus.events[0]);
  });

  it('is not logged, although a variable asks for that', async () => {
    vi.stubEnv('POWERTOOLS_LOGGER_LOG_EVENT', 'true');
    const by = queueHandler([updateDcsMigrationTask], process.env) as typeof handler;
    const { lines, text } = await run([record('1', 'a', '{"CANARY')], { by });
    vi.stubEnv('POWERTOOLS_LOGGER_LOG_EVENT', 'false');
    expect(lines).toMatchObject([{ message: 'change completed', error_code: 'change_unreadable' }]);
    expect(text).not.toMatch(CANARY);
  });

  it('that is empty gets an answer', async () => {
    expect(await run([])).toEqual({ back: [], lines: [], text: '' });
  });

  it('logs the Lambda request of each invocation, not of the first', async () => {
    const first = await run([record('1', 'a', '{}')], { request: 'lambda-request-a' });
    const second = await run([record('1', 'a', '{} ')], { request: 'lambda-request-b' });
    expect([...first.lines, ...second.lines].map((line) => line.function_request_id)).toEqual([
      'lambda-request-a',
      'lambda-request-b',
    ]);
  });

  it('sends the password that a reference names, which appears nowhere else', async () => {
    const data = {
      body: {
        ...{ migration_method: 'full_amount_migration', resume_mode: 'auto' },
        source_instance: { addrs: '10.0.0.1:6379', password_ref: 'relay/test/redis/source' },
        target_instance: { id: 'instance-1' },
      },
    };
    const { back, lines, text } = await run([
      record('1', 'a', change({ type: 'migration.dcs.online-migration.configure' }, data)),
    ]);
    expect(back).toEqual([]);
    expect(lines[0]).toMatchObject({ outcome: 'succeeded', operation: 'configure-dcs-online-migration' });
    expect(provider.calls()[0]?.body).toContain('"password":"CANARY-REDIS"');
    expect(text + JSON.stringify(bus.events) + (await table.dump())).not.toMatch(CANARY);
  });

  it('refuses the changes of another service', async () => {
    await run([record('1', 'a', change({ type: 'migration.sms.task.update' }))]);
    expect(results().map(errorOf)[0]).toMatchObject({ code: 'change_invalid', problems: [{ path: 'type' }] });
  });
});

describe('a record that has not ended', () => {
  it('is retried with its followers, hidden for the same time, and other groups go on', async () => {
    provider.play({
      PUT: { status: 429, body: { error_code: 'APIGW.0308', error_msg: 'CANARY' }, headers: { 'retry-after': '2' } },
    });
    const busy = change();
    const sent = [
      record('1', 'a', busy),
      record('2', 'b', '{}'),
      record('3', 'a', change()),
      record('4', 'a', change()),
    ];
    const { back, lines, text } = await run(sent);
    expect(back).toEqual(['1', '3', '4']);
    expect(lineOf(lines, '1')).toMatchObject({
      ...{ message: 'change retried', reason: 'provider_busy', change: { id: busy.id }, delay_milliseconds: 2000 },
    });
    expect(lines.map(({ message_id }) => message_id).sort()).toEqual(['1', '2']);
    expect(
      queue.changed.map(({ Entries }) => Entries.map((entry) => [entry.ReceiptHandle, entry.VisibilityTimeout])),
    ).toEqual([['1', '3', '4'].map((id) => [`receipt-${id}`, 2])]);
    expect(provider.calls()).toHaveLength(1);
    expect(text + JSON.stringify(bus.events)).not.toMatch(CANARY);
  });

  it('is retried at once, before anything is read, if too little of the invocation is left', async () => {
    const { back, lines } = await run([record('1', 'a', change())], { remaining: 1000 });
    expect(back).toEqual(['1']);
    expect(lines).toMatchObject([{ reason: 'time_short', delay_milliseconds: 0 }]);
    expect(queue.changed[0]?.Entries).toMatchObject([{ VisibilityTimeout: 0 }]);
    expect(provider.received).toEqual([]);
  });

  it('is retried even if the queue cannot be told for how long', async () => {
    queue.state.fail = () => {
      throw new ServiceError('InternalFailure', 'CANARY', 500);
    };
    const { back, lines, text } = await run([record('1', 'a', change())], { remaining: 1000 });
    expect(back).toEqual(['1']);
    expect(lines).toMatchObject([{ reason: 'time_short' }, { level: 'ERROR', message: 'record broken' }]);
    expect(text).not.toMatch(CANARY);
  });
});

describe('a bus that refuses', () => {
  it.each([
    ['an entry inside of a reply with 200', () => bus.fail(1)],
    ['each request', () => bus.refuse(3)],
  ])('%s costs no result and no second call', async (_what, refuse) => {
    const sent = [record('1', 'a', change())];
    refuse();
    const first = await run(sent);
    expect(first.back).toEqual(['1']);
    expect(first.lines).toHaveLength(1);
    expect(first.lines[0]).toMatchObject({ message_id: '1' });
    expect(queue.changed).toHaveLength(1);
    expect(bus.events).toEqual([]);
    const second = await run(sent);
    expect(second.back).toEqual([]);
    expect(second.lines[0]).toMatchObject({ outcome: 'succeeded' });
    expect(provider.calls()).toHaveLength(1);
    expect(bus.events).toHaveLength(1);
  });
});

describe('a dependency that cannot be reached', () => {
  /** The same handler, started with another address of one dependency. */
  const startedWith = (name: string, value: string) => {
    vi.stubEnv(name, value);
    return queueHandler([updateDcsMigrationTask], process.env) as typeof handler;
  };

  it('keeps the change in the queue if it is the ledger, and nothing is sent to the provider', async () => {
    const by = startedWith('AWS_ENDPOINT_URL_DYNAMODB', 'http://127.0.0.1:1');
    const { back, lines, text } = await run([record('1', 'a', change()), record('2', 'b', change(), { receives: 3 })], {
      by,
    });
    expect(back.sort()).toEqual(['1', '2']);
    expect(lines).toHaveLength(2);
    for (const line of lines)
      expect(line).toMatchObject({ level: 'ERROR', message: 'record broken', fault: { at: expect.any(Array) } });
    expect(queue.changed).toHaveLength(2);
    expect(provider.received).toEqual([]);
    expect(text).not.toMatch(CANARY);
  });

  it('keeps the change in the queue if it is the store of secrets', async () => {
    const by = startedWith('FINGERPRINT_KEYS', 'relay/test/absent');
    const { back, lines, text } = await run([record('1', 'a', change())], { by });
    expect(back).toEqual(['1']);
    expect(lines).toMatchObject([{ message: 'record broken', fault: { name: 'SecretUnavailable' } }]);
    expect(text).not.toMatch(CANARY);
  });

  it('keeps the change in the queue if it is the credential, and its request is not sent', async () => {
    const by = startedWith('PROVIDER_CREDENTIALS', 'relay/test/absent');
    const { back } = await run([record('1', 'a', change())], { by });
    expect(back).toEqual(['1']);
    expect(provider.received).toEqual([]);
  });
});

describe('a secret of the wrong shape', () => {
  it('is logged and counted once, whatever the number of batches, and never shown', async () => {
    secrets.hold({ ...HELD, 'relay/test/provider': '{"kind":"ak-sk","CANARY":"CANARY"}' });
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
    const by = queueHandler([updateDcsMigrationTask], process.env) as typeof handler;
    const { lines, text } = await run([], { by });
    expect(lines.filter(({ level }) => level === 'CRITICAL')).toMatchObject([
      { message: 'secret unusable', problem: expect.stringContaining('PROVIDER_CREDENTIALS is not well formed') },
    ]);
    expect(emittedIn(lines.map((line) => JSON.stringify(line)))).toEqual(
      new Set(['MigrationRelay SecretFaults {stage=test}']),
    );
    expect((await run([], { by })).lines).toEqual([]);
    expect(text).not.toMatch(CANARY);
    secrets.hold(HELD);
  });
});

describe('a function that starts', () => {
  it('reads its secrets and the breaker of its service before there is a change', async () => {
    const reads: unknown[] = [];
    const ledger = await startJsonServer({
      'DynamoDB_20120810.GetItem': ({ Key }) => {
        reads.push(Key);
        return {};
      },
    });
    onTestFinished(() => ledger.close());
    secrets.reads.length = 0;
    queueHandler([updateDcsMigrationTask], { ...process.env, AWS_ENDPOINT_URL_DYNAMODB: ledger.url });
    await vi.waitFor(() => {
      expect(secrets.reads.sort()).toEqual(['relay/test/fingerprint', 'relay/test/provider']);
      expect(reads).toEqual([{ pk: { S: 'breaker#dcs' } }]);
    });
  });
});

describe('an environment that is wrong', () => {
  it('keeps the function from starting and names every variable', () => {
    expect(() => queueHandler([], { ...process.env, TIME_SCALE: '50', STAGE: 'CANARY!' })).toThrow(
      /STAGE: .*TIME_SCALE: /,
    );
    expect(() => queueHandler([], { ...process.env, STAGE: 'CANARY!' })).not.toThrow(CANARY);
  });
});
