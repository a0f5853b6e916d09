import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { LOCAL_SECRETS, LOCAL_WEBHOOK_SECRET } from '../../local/local-secrets.ts';
import { preparePackage } from '../../local/prepare.ts';
import { runSamples } from '../../local/sample-run.ts';
import { readSamples } from '../../local/samples.ts';
import { type Stack, startStack } from '../../local/stack.ts';
import type { Service } from '../../src/lib/operations/operation.ts';
import { putSubject } from '../../src/operator/stage/simulator-tasks.ts';
import { metricKey } from '../../stand-ins/cloudwatch/metric-store.ts';
import type { AwsCall } from '../../stand-ins/tap.ts';
import { configuration, PROJECT, rename, update } from './plain-changes.ts';
import { sign } from './signed-request.ts';

/** The record of a run of the packaged functions: their calls of AWS, and the lines that they wrote. */
export interface ObservedRun {
  calls: AwsCall[];
  lines: string[];
  /** What metric filters counted, each as `NAMESPACE NAME {a=b}`. */
  filtered: Set<string>;
  /** Calls and lines of one change that succeeded at once. */
  plain: { calls: AwsCall[]; lines: string[] };
  /** Those of a heartbeat that is not the first. */
  beat: { calls: AwsCall[]; lines: string[] };
}

const PARAMETER = '/migration-relay/local/redis/as-parameter';

/** Runs every sample and every failure that can be caused from outside, through the whole stack. */
export async function observeRun(): Promise<ObservedRun> {
  const run: ObservedRun = {
    calls: [],
    lines: [],
    filtered: new Set(),
    plain: { calls: [], lines: [] },
    beat: { calls: [], lines: [] },
  };
  const stack = await startStack({
    folder: await preparePackage('local'),
    secrets: { ...LOCAL_SECRETS, [PARAMETER]: 'password-as-parameter' },
    onCall: (call) => run.calls.push(call),
    onLog: ({ line }) => run.lines.push(line),
    onMetric: ({ namespace, name, dimensions }) => run.filtered.add(metricKey({ namespace, name, dimensions })),
  });
  const dimensionsOf = (name: string, ...dimensions: string[]) =>
    vi.waitFor(
      () =>
        expect(run.lines.some((line) => [`"${name}":`, ...dimensions].every((one) => line.includes(one)))).toBe(true),
      {
        timeout: 20_000,
      },
    );
  const silent = { verdict: () => {}, result: () => {} };
  try {
    run.plain = await observePlain(stack, run);
    run.beat = await observeBeat(stack, run);
    const unknown = leaveUnknown(stack);
    await Promise.all([
      runSamples(stack, await readSamples(), AbortSignal.timeout(60_000), silent),
      callWebhook(stack),
      meetOutages(stack),
      leadBack(stack),
      ...(['dcs', 'sms'] as const).map((service) => sendHeartbeat(stack, service)),
    ]);
    await Promise.all([unknown, meetRefusals(stack)]);
    await dimensionsOf('ProviderErrors', '"service":"sms"', '"class":"service_error"');
    // A worker counts after it has published.
    for (const name of ['UnknownOutcomes', 'PublishFailures', 'ProviderThrottles', 'CredentialRefusals', 'RelayEvents'])
      await dimensionsOf(name);
    await vi.waitFor(() => expect(run.filtered.size).toBe(2), { timeout: 20_000 });
  } finally {
    await stack.stop();
  }
  return run;
}

/** Two heartbeats, of which the first is stored. */
async function observeBeat(stack: Stack, run: ObservedRun): Promise<ObservedRun['beat']> {
  let [calls, lines] = [0, 0];
  for (let times = 0; times < 2; times++) {
    [calls, lines] = [run.calls.length, run.lines.length];
    await sendHeartbeat(stack, 'dcs');
    await vi.waitFor(() => expect(run.calls.slice(calls).map(({ action }) => action)).toContain('events:PutEvents'), {
      timeout: 10_000,
    });
    await wait(150);
  }
  return { calls: run.calls.slice(calls), lines: run.lines.slice(lines) };
}

/** What the schedule of a service sends. */
async function sendHeartbeat(stack: Stack, service: Service): Promise<void> {
  const source = 'migration-relay.local.heartbeat';
  const heartbeat = { specversion: '1.0', id: service, source, type: 'migration.relay.heartbeat' };
  await stack.send(service, JSON.stringify(heartbeat), 'heartbeat', randomUUID());
}

/** A result that a rule sends back into the queue as a change. */
async function leadBack(stack: Stack): Promise<void> {
  const result = { ...update('led-back'), source: 'migration-relay.local' };
  await stack.send('dcs', JSON.stringify(result), 'led-back', randomUUID());
}

/**
 * One change after the other, while nothing else runs. The cheapest counts, because a worker's first one also reads
 * breakers.
 */
async function observePlain(stack: Stack, run: ObservedRun): Promise<ObservedRun['plain']> {
  const observed: ObservedRun['plain'][] = [];
  for (let times = 0; times < 4; times++) {
    const [calls, lines] = [run.calls.length, run.lines.length];
    const task = await makeTask(stack, 'FULLMIGRATING');
    await process(stack, 'dcs', update(task), task);
    // The record log is written after the result is published.
    await wait(150);
    observed.push({ calls: run.calls.slice(calls), lines: run.lines.slice(lines) });
  }
  const [cheapest] = observed.sort((one, other) => one.calls.length - other.calls.length);
  return cheapest ?? run.plain;
}

/** A configuration whose request breaks off, and whose task shows nothing. */
async function leaveUnknown(stack: Stack): Promise<void> {
  const task = await makeTask(stack, 'FULLMIGRATING');
  await addFault(stack, { match: { operation: 'SetOnlineMigrationTask', task }, calls: 1, reset: true });
  await process(stack, 'dcs', configuration(task, { password_ref: PARAMETER }), task);
}

/** Replies that leave both in doubt. Nothing needs to be awaited, because they are logged at once. */
async function meetOutages(stack: Stack): Promise<void> {
  const task = await makeTask(stack, 'FULLMIGRATING');
  const server = randomUUID();
  await putSubject(
    stack.simulatorUrl,
    { service: 'sms', kind: 'task', id: server },
    { service: 'sms', state: 'READY' },
  );
  for (const one of [task, server]) await addFault(stack, { match: { task: one }, calls: 1, status: 503 });
  await stack.send('dcs', JSON.stringify(update(task)), task, randomUUID());
  await stack.send('sms', JSON.stringify(rename(server)), server, randomUUID());
}

/** Temporary refusals of the provider and of the bus. Each costs one attempt. */
async function meetRefusals(stack: Stack): Promise<void> {
  const [throttled = '', refused = ''] = await Promise.all([1, 2].map(() => makeTask(stack, 'FULLMIGRATING')));
  await addFault(stack, { match: { task: throttled }, calls: 1, status: 429 });
  await addFault(stack, { match: { task: refused }, calls: 2, status: 401, code: 'APIGW.0301' });
  stack.bus.fail(1);
  await Promise.all([throttled, refused].map((task) => process(stack, 'dcs', update(task), task)));
}

/** A signed change for each queue, repeated until it is accepted, and an unsigned request. */
async function callWebhook({ webhookUrl }: Stack): Promise<void> {
  for (const change of [update(randomUUID()), rename(randomUUID())]) {
    const request = { method: 'POST', ...signed(change) };
    await vi.waitFor(async () => expect((await fetch(webhookUrl, request)).status).toBe(202), { timeout: 10_000 });
  }
  await fetch(webhookUrl, { method: 'POST', body: '{}' });
}

function signed(change: { id: string }) {
  const [id, time, body] = [`msg_${change.id}`, String(Math.floor(Date.now() / 1000)), JSON.stringify(change)];
  const signature = sign(LOCAL_WEBHOOK_SECRET, id, time, body);
  const signing = { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature };
  return { headers: { 'content-type': 'application/json', ...signing }, body };
}

/** Sends a change and waits for its result. */
async function process(stack: Stack, service: Service, change: { id: string }, task: string): Promise<void> {
  const result = Promise.withResolvers<void>();
  stack.onResult(({ detail }) => detail.includes(change.id) && result.resolve());
  await stack.send(service, JSON.stringify(change), task, randomUUID());
  await result.promise;
}

async function makeTask(stack: Stack, state: string): Promise<string> {
  const task = randomUUID();
  await putSubject(
    stack.simulatorUrl,
    { service: 'dcs', kind: 'migration-task', id: task, project_id: PROJECT },
    { service: 'dcs', state },
  );
  return task;
}

async function addFault(stack: Stack, fault: object): Promise<void> {
  const reply = await fetch(`${stack.simulatorUrl}/simulator/faults`, { method: 'POST', body: JSON.stringify(fault) });
  if (!reply.ok) throw new Error(await reply.text());
}
