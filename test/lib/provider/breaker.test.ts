import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDynamoDbBreakers } from '../../../src/lib/aws/dynamodb/breakers.ts';
import { createBreaker } from '../../../src/lib/provider/breaker.ts';
import type { ServiceBreakerStore } from '../../../src/lib/relay/breaker-store.ts';
import type { Answer, ProviderRequest } from '../../../src/lib/relay/provider.ts';
import { timesAt } from '../../../src/lib/relay/times.ts';
import { type LedgerTable, startLedgerTable } from '../../support/ledger-table.ts';
import { change, createRelayUnderTest, PROJECT } from '../../support/relay-under-test.ts';
import { type ScriptedProvider, startScriptedProvider } from '../../support/scripted-provider.ts';

let table: LedgerTable;
let provider: ScriptedProvider;
let store: ServiceBreakerStore;
beforeAll(async () => {
  table = await startLedgerTable();
  provider = await startScriptedProvider();
});
beforeEach(() => {
  // A name of its own for each test, because one table serves them all.
  const run = randomUUID();
  const mine = (name: string) => `${name}-${run}`;
  const all = createDynamoDbBreakers(table.call, table.name);
  store = {
    read: (name) => all.read(mine(name)),
    fail: (name, until, mark) => all.fail(mine(name), until, mark),
    suspect: (name, mark, now) => all.suspect(mine(name), mark, now),
    tryProbe: (name, now, until) => all.tryProbe(mine(name), now, until),
    release: (name, now, until) => all.release(mine(name), now, until),
    clear: (name, sick, until) => all.clear(mine(name), sick, until),
  };
});
afterAll(async () => {
  await provider.stop();
  await table.stop();
});

const { outage } = timesAt(1);

/** Relays of separate workers that share the store, and a clock. */
function createWorkers(count: number) {
  let clock = Date.UTC(2026, 0, 1);
  const workers = Array.from({ length: count }, () => {
    const relay = createRelayUnderTest(table, provider);
    const guarded = createBreaker(relay.context.provider, store, outage, () => clock);
    return {
      relay,
      send: (over: Partial<ProviderRequest> = {}): Promise<Answer> => guarded.send({ ...request, ...over }),
      guarded,
    };
  });
  /** Fails a request of each of five tasks, and a probe. Ten seconds are left to wait. */
  const open = async () => {
    for (let task = 1; task <= 6; task++) await workers[0]?.send(of(task));
  };
  return {
    workers,
    open,
    pass: (milliseconds: number) => {
      clock += milliseconds;
      for (const { relay } of workers) relay.pass(milliseconds);
    },
    stop: () => Promise.all(workers.map(({ relay }) => relay.stop())),
  };
}

const request: ProviderRequest = {
  service: 'dcs',
  method: 'PUT',
  path: `/v2/${PROJECT}/migration-task/t`,
  body: '{}',
  probePath: `/v2/${PROJECT}/migration-task/t`,
  projectId: PROJECT,
  deadline: 5000,
};
/** The members of a request of another task. */
const of = (task: number) => {
  const path = `/v2/${PROJECT}/migration-task/t${task}`;
  return { path, probePath: path };
};
const codeOf = (answer: Answer) => (answer.ok ? answer.status : answer.error.code);

describe('a service that fails', () => {
  it('is called until five tasks in a row failed, then by no worker', async () => {
    const { workers, stop, pass, open } = createWorkers(2);
    const [one, other] = workers;
    provider.play({ PUT: { status: 503 }, GET: { status: 503 } });
    await open();
    expect(await one?.send().then(codeOf)).toBe('provider_paused');
    pass(outage.rowAge);
    expect(await other?.send().then(codeOf)).toBe('provider_paused');
    expect(provider.calls()).toHaveLength(5);
    expect(provider.reads()).toHaveLength(1);
    await stop();
  });

  it.each([
    ['a connection that is cut', async () => ({ PUT: { cut: true } as const, GET: { cut: true } as const })],
    ['a 500', async () => ({ PUT: { status: 500 }, GET: { status: 500 } })],
  ])('by %s counts once for each task, and holds back a task after five more failures', async (_what, script) => {
    const { workers, stop } = createWorkers(1);
    provider.play(await script());
    for (let count = 0; count < 7; count++) await workers[0]?.send();
    for (let task = 1; task <= 5; task++) await workers[0]?.send(of(task));
    expect(provider.calls()).toHaveLength(6 + 4);
    await stop();
  });

  it.each([
    ['a refusal', { status: 400, body: { error_code: 'DCS.4133' } }],
    ['throttling', { status: 429, body: { error_code: 'APIGW.0308' } }],
    ['a success', { status: 200 }],
  ])('does not count %s, and starts to count again after it', async (_what, reply) => {
    const { workers, stop } = createWorkers(1);
    const bad = { status: 503 };
    provider.play({ PUT: [bad, bad, bad, bad, reply, bad, bad, bad, bad, reply] });
    for (let task = 0; task < 10; task++)
      expect(await workers[0]?.send(of(task)).then(codeOf)).not.toBe('provider_paused');
    await stop();
  });

  it('is probed by one read of one worker at a time, and called again once the read works', async () => {
    const { workers, stop, pass, open } = createWorkers(3);
    provider.play({ PUT: { status: 503 }, GET: { status: 503 } });
    await open();
    pass(outage.minDelay + 1);
    const duringOutage = await Promise.all(workers.map(({ send }) => send()));
    expect(duringOutage.map(codeOf)).toEqual(Array(3).fill('provider_paused'));
    expect(provider.reads()).toHaveLength(2);
    expect(provider.calls()).toHaveLength(5);

    provider.play({ PUT: { status: 200 }, GET: { status: 200, body: {} } });
    pass(outage.maxDelay);
    const after = await Promise.all(workers.map(({ send }) => send()));
    expect(after.filter(({ ok }) => ok)).toHaveLength(1);
    pass(outage.rowAge);
    expect((await Promise.all(workers.map(({ send }) => send()))).every(({ ok }) => ok)).toBe(true);
    await stop();
  });

  it('costs few calls in an outage of two hours', async () => {
    const { workers, stop, pass } = createWorkers(2);
    provider.play({ PUT: { status: 503 }, GET: { status: 503 } });
    for (let second = 0; second < 7200; second += 10) {
      await Promise.all(workers.map(({ send }, worker) => send(of(second / 5 + worker))));
      pass(10_000);
    }
    expect(provider.calls().length).toBeLessThanOrEqual(6);
    expect(provider.reads().length).toBeLessThanOrEqual(40);
    await stop();
  });

  it('costs one read of the ledger for all requests that come at the same time', async () => {
    const { workers, stop } = createWorkers(1);
    provider.play({ PUT: { status: 200 } });
    let reads = 0;
    const { read } = store;
    store.read = (name) => {
      reads++;
      return read(name);
    };
    await Promise.all(Array.from({ length: 10 }, () => workers[0]?.send()));
    expect(reads).toBe(1);
    expect(provider.calls()).toHaveLength(10);
    await stop();
  });

  it('leaves the other service alone', async () => {
    const { workers, stop } = createWorkers(1);
    provider.play({ PUT: { status: 503 } });
    for (let task = 0; task < 6; task++) await workers[0]?.send(of(task));
    expect(await workers[0]?.send({ service: 'sms' }).then(codeOf)).not.toBe('provider_paused');
    await stop();
  });
});

describe('a project that fails', () => {
  const elsewhere = { projectId: 'fedcba9876543210fedcba9876543210' };

  it('delays no request of another project, although all of its own wait', async () => {
    const { workers, stop, open } = createWorkers(1);
    const [worker] = workers;
    provider.play({ PUT: [...Array(5).fill({ status: 503 }), { status: 200 }], GET: { status: 503 } });
    await open();
    expect(await worker?.send(elsewhere).then(codeOf)).toBe(200);
    expect(await worker?.send().then(codeOf)).toBe('provider_paused');
    await stop();
  });

  it('is not taken for one that works when another project answers', async () => {
    const { workers, stop, pass } = createWorkers(1);
    const [worker] = workers;
    const [bad, good] = [{ status: 503 }, { status: 200 }];
    provider.play({ PUT: [bad, good, bad, good, bad, good, bad, good, bad, good], GET: bad });
    for (let task = 1; task <= 5; task++) {
      await worker?.send(of(task));
      expect(await worker?.send({ ...of(task), ...elsewhere }).then(codeOf)).toBe(200);
    }
    pass(outage.rowAge);
    await worker?.send(of(6));
    expect(provider.calls()).toHaveLength(10);
    await stop();
  });

  it('is the same project whatever the case of its letters', async () => {
    const { workers, stop, open } = createWorkers(1);
    provider.play({ PUT: { status: 503 }, GET: { status: 503 } });
    await open();
    const answer = await workers[0]?.send({ projectId: PROJECT.toUpperCase() });
    expect(answer && codeOf(answer)).toBe('provider_paused');
    await stop();
  });
});

describe('a change during an outage', () => {
  it('waits without using up its attempts, and is sent when the outage is over', async () => {
    const { workers, stop, pass, open } = createWorkers(1);
    const [worker] = workers;
    if (!worker) throw new Error('no worker');
    worker.relay.context.provider = worker.guarded;
    provider.play({ PUT: { status: 503 }, GET: { status: 503 } });
    await open();
    const sent = change();
    for (let count = 0; count < 8; count++) {
      expect((await worker.relay.deliverBack(sent)).reason).toBe('provider_busy');
      pass(60_000);
    }
    provider.play({ PUT: { status: 200 }, GET: { status: 200, body: {} } });
    pass(300_000);
    expect((await worker.relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', attempts: 1 });
    await stop();
  });

  it('ends as failed past its total age if nothing was sent', async () => {
    const { workers, stop, pass, open } = createWorkers(1);
    const [worker] = workers;
    if (!worker) throw new Error('no worker');
    worker.relay.context.provider = worker.guarded;
    provider.play({ PUT: { status: 503 }, GET: { status: 503 } });
    await open();
    const sent = change();
    await worker.relay.deliverBack(sent);
    pass(3_600_001);
    const result = await worker.relay.deliver(sent);
    expect(result.data).toMatchObject({ outcome: 'failed', error: { code: 'provider_paused', retryable: true } });
    await stop();
  });

  it('in doubt waits for its read-back without using up its attempts', async () => {
    const { workers, stop, pass, open } = createWorkers(1);
    const [worker] = workers;
    if (!worker) throw new Error('no worker');
    worker.relay.context.provider = worker.guarded;
    provider.play({ PUT: { cut: true }, GET: { status: 503 } });
    const sent = change();
    await worker.relay.deliverBack(sent);
    await open();
    pass(worker.relay.times.lease + 1);
    for (let count = 0; count < 6; count++) {
      expect((await worker.relay.deliverBack(sent)).reason).toBe('read_failed');
      pass(15_000);
    }
    provider.play({ GET: { status: 200, body: { resume_mode: 'manual' } } });
    pass(300_000);
    expect((await worker.relay.deliver(sent)).data).toMatchObject({ outcome: 'succeeded', confirmed_by: 'read-back' });
    await stop();
  });

  it.each([
    ['READY', { status: 503, body: { error_code: 'APIGW.0610' } }, 'provider_busy'],
    ['in doubt', { cut: true as const }, 'read_failed'],
  ])('is tried less often the longer the outage lasts: %s', async (_state, reply, reason) => {
    const { workers, stop, pass, open } = createWorkers(1);
    const [worker] = workers;
    if (!worker) throw new Error('no worker');
    worker.relay.context.provider = worker.guarded;
    provider.play({ PUT: reply, GET: { status: 503 } });
    const sent = change();
    await worker.relay.deliverBack(sent);
    await open();
    const HOUR = 3_600_000;
    pass(HOUR - 60_000);
    const back = await worker.relay.deliverBack(sent);
    expect(back.reason).toBe(reason);
    // Its own probe failed. The breaker alone would have the change tried again within twenty seconds.
    expect(back.delay).toBeGreaterThanOrEqual((HOUR - 60_000) / 32);
    await stop();
  });
});

describe('a ledger that cannot be reached', () => {
  it('keeps requests from being sent, but does not hide an answer', async () => {
    const { workers, stop } = createWorkers(1);
    provider.play({ PUT: { status: 503 } });
    store.suspect = () => Promise.reject(new Error('away'));
    expect(await workers[0]?.send().then(codeOf)).toBe('http_503');
    store.read = () => Promise.reject(new Error('away'));
    await expect(workers[0]?.send()).rejects.toThrow('away');
    expect(provider.calls()).toHaveLength(1);
    await stop();
  });
});
