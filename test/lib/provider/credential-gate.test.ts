import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDynamoDbBreakers } from '../../../src/lib/aws/dynamodb/breakers.ts';
import { createProvider } from '../../../src/lib/provider/client.ts';
import { createCredentialGate } from '../../../src/lib/provider/credential-gate.ts';
import type { Answer } from '../../../src/lib/relay/provider.ts';
import { timesAt } from '../../../src/lib/relay/times.ts';
import { type LedgerTable, startLedgerTable } from '../../support/ledger-table.ts';
import { type ScriptedProvider, startScriptedProvider } from '../../support/scripted-provider.ts';

let table: LedgerTable;
let provider: ScriptedProvider;
beforeAll(async () => {
  table = await startLedgerTable();
  provider = await startScriptedProvider();
});
afterAll(async () => {
  await provider.stop();
  await table.stop();
});

const times = timesAt(1).refusal;
const refused = { status: 401, body: { error_code: 'APIGW.0301' } };
const codeOf = (answer: Answer) => (answer.ok ? answer.status : answer.error.code);

/** Processes that share one credential, a clock and a table. */
function createProcesses(count: number, secret = `key-${randomUUID()}`) {
  let clock = Date.now();
  const store = createDynamoDbBreakers(table.call, table.name);
  const credential = { text: JSON.stringify({ kind: 'ak-sk', access_key: 'AK', secret_key: secret }) };
  const processes = Array.from({ length: count }, () => {
    const client = createProvider({
      endpoints: { dcs: provider.url, iam: provider.url },
      load: async () => credential.text,
      gate: createCredentialGate(store, times, () => clock),
    });
    const send = (deadline = 5000) =>
      client.send({ service: 'dcs', method: 'PUT', path: '/v2/p/t', body: '{}', projectId: 'p', deadline });
    const many = (count: number, deadline?: number) => Promise.all(Array.from({ length: count }, () => send(deadline)));
    return { client, send, many };
  });
  return {
    processes,
    credential,
    pass: (milliseconds: number) => {
      clock += milliseconds;
    },
    stop: () => Promise.all(processes.map(({ client }) => client.close())),
  };
}

describe('a credential that was not accepted yet', () => {
  it('is probed by only one request, however many requests of however many processes wait', async () => {
    const { processes, stop } = createProcesses(3);
    provider.play({ PUT: refused });
    const answers = (await Promise.all(processes.map(({ many }) => many(10)))).flat();
    expect(provider.calls().length).toBe(1);
    expect(answers.map(codeOf).filter((code) => code === 'credential_paused')).toHaveLength(29);
    await stop();
  });

  it('lets all waiting requests of its process go once it is accepted', async () => {
    const { processes, stop } = createProcesses(1);
    provider.play({ PUT: { status: 200 } });
    const answers = await processes[0]?.many(10);
    expect(answers?.every(({ ok }) => ok)).toBe(true);
    expect(provider.calls()).toHaveLength(10);
    await stop();
  });

  it('needs no probe once another process wrote that it was accepted', async () => {
    const { processes, stop } = createProcesses(2);
    provider.play({ PUT: { status: 200 } });
    for (const { send } of processes) expect((await send()).ok).toBe(true);
    await stop();
  });
});

describe('a request that is given up while it waits for the credential', () => {
  it('does not hold back the requests after it', async () => {
    const { processes, stop } = createProcesses(2);
    const [first, second] = processes;
    provider.play({ PUT: [{ status: 200 }, { hang: true }, { status: 200 }] });
    await first?.send();
    const hanging = second?.send(300);
    const answers = await second?.many(9, 100);
    expect(new Set(answers?.map(codeOf))).toEqual(new Set(['not_sent_in_time']));
    expect(await hanging?.then(codeOf)).toBe('request_timeout');
    expect(provider.calls()).toHaveLength(2);
    expect(await second?.send().then(codeOf)).toBe(200);
    await stop();
  });

  it('does not become the probe', async () => {
    const { processes, stop, pass } = createProcesses(2);
    const [first, second] = processes;
    provider.play({ PUT: [{ hang: true }, { status: 200 }] });
    const answers = await Promise.all([first?.many(1, 300), second?.many(10, 200)]);
    expect(answers.flat().map((answer) => answer?.ok)).not.toContain(true);
    pass(times.probe + 1);
    expect(await second?.send().then(codeOf)).toBe(200);
    await stop();
  });

  it('gives back the permit that it gets too late', async () => {
    const credential = { kind: 'token', user: 'u', password: 'p', domain: 'd' };
    const reported: string[] = [];
    const client = createProvider({
      endpoints: { dcs: provider.url, iam: provider.url },
      load: async () => JSON.stringify(credential),
      gate: async () => ({ report: async (verdict) => void reported.push(verdict) }),
    });
    const late = Promise.withResolvers<void>();
    provider.play({ POST: { status: 400, after: late.promise } });
    const sending = { service: 'dcs', method: 'PUT', path: '/v2/p/t', body: '{}', projectId: 'p' } as const;
    expect(await client.send({ ...sending, deadline: 50 }).then(codeOf)).toBe('not_sent_in_time');
    expect(reported).toEqual([]);
    late.resolve();
    await vi.waitUntil(() => reported.length > 0);
    expect(reported).toEqual(['unknown']);
    await client.close();
  });
});

describe('a credential that was refused', () => {
  it('is blocked for longer each time, in every process', async () => {
    const { processes, stop, pass } = createProcesses(2);
    provider.play({ PUT: refused });
    for (let minute = 0; minute < 60; minute++) {
      for (const { many } of processes) await many(3);
      pass(60_000);
    }
    // At 0, 1, 3, 7, 15, 30 and 45 minutes.
    expect(provider.calls().length).toBeLessThanOrEqual(8);
    expect(provider.calls().length).toBeGreaterThanOrEqual(6);
    await stop();
  });

  it('answers how long it is blocked, and that no attempt was made', async () => {
    const { processes, stop } = createProcesses(1);
    provider.play({ PUT: refused });
    await processes[0]?.send();
    expect(await processes[0]?.send()).toMatchObject({
      ok: false,
      executed: 'no',
      circuitOpen: true,
      retryAfter: times.minDelay,
    });
    await stop();
  });

  it('is used normally once it is accepted again', async () => {
    const { processes, stop, pass } = createProcesses(2);
    provider.play({ PUT: [refused, { status: 200 }] });
    await processes[0]?.send();
    pass(times.minDelay + 1);
    expect((await processes[1]?.send())?.ok).toBe(true);
    pass(times.minDelay + 1);
    expect((await processes[0]?.many(5))?.every(({ ok }) => ok)).toBe(true);
    await stop();
  });

  it('does not block the one that replaces it', async () => {
    const { processes, stop, credential } = createProcesses(1);
    provider.play({ PUT: [refused, { status: 200 }] });
    await processes[0]?.send();
    credential.text = JSON.stringify({ kind: 'ak-sk', access_key: 'AK', secret_key: `new-${randomUUID()}` });
    expect((await processes[0]?.send())?.ok).toBe(true);
    await stop();
  });

  it.each([
    ['a refusal of the change', { status: 400, body: { error_code: 'DCS.4133' } }],
    ['a lack of rights', { status: 403, body: { error_code: 'DCS.2003' } }],
    ['an outage', { status: 503 }],
  ])('is not the meaning of %s', async (_what, reply) => {
    const { processes, stop } = createProcesses(1);
    provider.play({ PUT: reply });
    for (let count = 0; count < 3; count++)
      expect(await processes[0]?.send().then(codeOf)).not.toBe('credential_paused');
    await stop();
  });

  it('is not the meaning of a wrong project, which is the change’s own fault', async () => {
    const { processes, stop } = createProcesses(1);
    provider.play({ PUT: { status: 401, body: { error_code: 'DCS.1004' } } });
    await processes[0]?.send();
    provider.play({ PUT: { status: 200 } });
    expect((await processes[0]?.send())?.ok).toBe(true);
    await stop();
  });
});

describe('a reply that shows nothing about the credential', () => {
  it.each([
    ['a limit', { status: 429 }],
    ['a bare outage', { status: 503 }],
    ['a gateway whose IAM is down', { status: 503, body: { error_code: 'APIGW.0613' } }],
  ])('as %s lets the next request of any process probe it, one at a time', async (_what, reply) => {
    const { processes, stop } = createProcesses(2);
    provider.play({ PUT: [reply, reply, refused] });
    for (const { send } of processes) expect(await send().then(codeOf)).not.toBe('credential_paused');
    await Promise.all(processes.map(({ many }) => many(10)));
    expect(provider.calls()).toHaveLength(3);
    await stop();
  });

  it('neither adds to its refusals nor clears them', async () => {
    const { processes, stop, pass } = createProcesses(1);
    provider.play({ PUT: [refused, { status: 429 }, refused] });
    await processes[0]?.send();
    pass(times.minDelay);
    await processes[0]?.send();
    await processes[0]?.send();
    expect(provider.calls()).toHaveLength(3);
    expect(await processes[0]?.send()).toMatchObject({ circuitOpen: true, retryAfter: 2 * times.minDelay });
    await stop();
  });
});

describe('the table', () => {
  it('never contains the credential', async () => {
    const secret = `CANARY-${randomUUID()}`;
    const { processes, stop } = createProcesses(1, secret);
    provider.play({ PUT: refused });
    await processes[0]?.send();
    expect(await table.dump()).not.toContain(secret);
    await stop();
  });

  it('that cannot be reached keeps requests from being sent', async () => {
    const gate = () => Promise.reject(new Error('away'));
    const client = createProvider({
      endpoints: { dcs: provider.url, iam: provider.url },
      load: async () => '{"kind":"ak-sk","access_key":"A","secret_key":"S"}',
      gate,
    });
    provider.play({ PUT: { status: 200 } });
    const answer = await client.send({ service: 'dcs', method: 'PUT', path: '/v2/p/t', body: '{}', deadline: 5000 });
    expect(answer).toMatchObject({ ok: false, executed: 'no' });
    expect(provider.received).toHaveLength(0);
    await client.close();
  });
});
