import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import type { AwsCall } from '../../local/aws/tap.ts';
import { LOCAL_SECRETS, LOCAL_WEBHOOK_SECRET } from '../../local/local-secrets.ts';
import { preparePackage } from '../../local/prepare.ts';
import { runSamples } from '../../local/sample-run.ts';
import { readSamples } from '../../local/samples.ts';
import { putTask } from '../../local/simulator-control.ts';
import { type Service, type Stack, startStack } from '../../local/stack.ts';
import { sign } from './signed-request.ts';

/** What was seen of a run of the packaged functions: the calls of AWS that they made, and the lines that they wrote. */
export interface Observed {
  calls: AwsCall[];
  lines: string[];
  /** Of these, those of one change that succeeded at once. */
  plain: { calls: AwsCall[]; lines: string[] };
}

const PROJECT = '0123456789abcdef0123456789abcdef';
const PARAMETER = '/migration-relay/local/redis/as-parameter';

/** Runs every sample and every kind of trouble that can be made from outside, through the whole stack. */
export async function observeRun(): Promise<Observed> {
  const seen: Observed = { calls: [], lines: [], plain: { calls: [], lines: [] } };
  const stack = await startStack({
    folder: await preparePackage('local'),
    secrets: { ...LOCAL_SECRETS, [PARAMETER]: 'password-as-parameter' },
    onCall: (call) => seen.calls.push(call),
    onLog: ({ line }) => seen.lines.push(line),
  });
  const told = (name: string, ...dimensions: string[]) =>
    vi.waitFor(
      () =>
        expect(seen.lines.some((line) => [`"${name}":`, ...dimensions].every((one) => line.includes(one)))).toBe(true),
      {
        timeout: 20_000,
      },
    );
  const silent = { verdict: () => {}, result: () => {} };
  try {
    await Promise.all([
      leaveUnknown(stack),
      runSamples(stack, await readSamples(), AbortSignal.timeout(60_000), silent),
      callWebhook(stack),
      meetOutages(stack),
    ]);
    await meetRefusals(stack);
    await told('ProviderErrors', '"service":"sms"', '"class":"service_error"');
    const [calls, lines] = [seen.calls.length, seen.lines.length];
    await carryPlain(stack);
    seen.plain = { calls: seen.calls.slice(calls), lines: seen.lines.slice(lines) };
  } finally {
    await stack.stop();
  }
  return seen;
}

async function carryPlain(stack: Stack): Promise<void> {
  const task = await makeTask(stack, 'FULLMIGRATING');
  await carry(stack, 'dcs', update(task), task);
  // The journal writes after the bus was told.
  await wait(300);
}

/** A configuration whose request breaks off, and whose task shows nothing that could tell. */
async function leaveUnknown(stack: Stack): Promise<void> {
  const task = await makeTask(stack, 'FULLMIGRATING');
  await addFault(stack, { match: { operation: 'SetOnlineMigrationTask', task }, calls: 1, reset: true });
  await carry(stack, 'dcs', configuration(task, { password_ref: PARAMETER }), task);
}

/** Replies that leave both in doubt, of which nothing needs to be awaited: that they came is told at once. */
async function meetOutages(stack: Stack): Promise<void> {
  const task = await makeTask(stack, 'FULLMIGRATING');
  const server = randomUUID();
  await putTask(stack.simulatorUrl, { service: 'sms', state: 'READY', path: `sms/${server}` });
  for (const one of [task, server]) await addFault(stack, { match: { task: one }, calls: 1, status: 503 });
  await stack.send('dcs', JSON.stringify(update(task)), task, randomUUID());
  await stack.send('sms', JSON.stringify(rename(server)), server, randomUUID());
}

/** Refusals that pass, of the provider and of the bus: each costs one attempt. */
async function meetRefusals(stack: Stack): Promise<void> {
  const [throttled = '', refused = ''] = await Promise.all([1, 2].map(() => makeTask(stack, 'FULLMIGRATING')));
  await addFault(stack, { match: { task: throttled }, calls: 1, status: 429 });
  await addFault(stack, { match: { task: refused }, calls: 2, status: 401, code: 'APIGW.0301' });
  stack.bus.fail(1);
  await Promise.all([throttled, refused].map((task) => carry(stack, 'dcs', update(task), task)));
}

/** A signed change for each queue, and a request that nobody signed. */
async function callWebhook({ webhookUrl }: Stack): Promise<void> {
  for (const change of [update(randomUUID()), rename(randomUUID())]) {
    const [id, time, body] = [`msg_${change.id}`, String(Math.floor(Date.now() / 1000)), JSON.stringify(change)];
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': time,
      'webhook-signature': sign(LOCAL_WEBHOOK_SECRET, id, time, body),
    };
    const reply = await fetch(webhookUrl, { method: 'POST', headers, body });
    if (reply.status !== 202) throw new Error(`the webhook answered ${reply.status}: ${await reply.text()}`);
  }
  await fetch(webhookUrl, { method: 'POST', body: '{}' });
}

const envelope = (type: string, data: object) => ({
  specversion: '1.0',
  id: randomUUID(),
  source: '/tests',
  type,
  data,
});
const update = (task_id: string) =>
  envelope('migration.dcs.migration-task.update', { project_id: PROJECT, task_id, body: { resume_mode: 'manual' } });
const rename = (task_id: string) => envelope('migration.sms.task.update', { task_id, body: { name: 'renamed' } });
const configuration = (task_id: string, secret: object) =>
  envelope('migration.dcs.online-migration.configure', {
    project_id: PROJECT,
    task_id,
    body: {
      migration_method: 'full_amount_migration',
      resume_mode: 'auto',
      source_instance: { addrs: '192.168.1.1:6379', ...secret },
      target_instance: { id: 'cf4a05df-1c38-47c5-bb5a-0a7b3673b3bd' },
    },
  });

/** Sends a change and waits for its result. */
async function carry(stack: Stack, service: Service, change: { id: string }, task: string): Promise<void> {
  const result = Promise.withResolvers<void>();
  stack.onResult(({ detail }) => detail.includes(change.id) && result.resolve());
  await stack.send(service, JSON.stringify(change), task, randomUUID());
  await result.promise;
}

async function makeTask(stack: Stack, state: string): Promise<string> {
  const task = randomUUID();
  await putTask(stack.simulatorUrl, { service: 'dcs', state, path: `dcs/${PROJECT}/${task}` });
  return task;
}

async function addFault(stack: Stack, fault: object): Promise<void> {
  const reply = await fetch(`${stack.simulatorUrl}/simulator/faults`, { method: 'POST', body: JSON.stringify(fault) });
  if (!reply.ok) throw new Error(await reply.text());
}
