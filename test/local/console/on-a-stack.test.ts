import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsole } from '../../../local/console/console.ts';
import type { ScenarioRun } from '../../../local/console/scenario-runs.ts';
import { preparePackage } from '../../../local/prepare.ts';
import { type Stack, startStack } from '../../../local/stack.ts';
import type { Row } from '../../../src/console/rows.ts';
import type { StoryView } from '../../../src/console/story-view.ts';
import { startTables } from '../../../stand-ins/dynamodb/server.ts';
import { relay } from '../../cli/terminal.ts';

const console = createConsole([]);
const STACK_FILE = join(tmpdir(), `relay-console-test-${process.pid}.json`);
let stack: Stack;
let url: string;
beforeAll(async () => {
  const { hooks, fallback } = console;
  stack = await startStack({
    folder: await preparePackage(),
    onSent: hooks.sent,
    startTables: (region) => startTables(region, hooks.isThrottled),
    onDelivery: hooks.delivered,
    onReturn: hooks.returned,
    onLog: hooks.log,
    fallback,
  });
  await console.attach(stack);
  const { webhookUrl, simulatorUrl, endpoints } = stack;
  url = new URL(webhookUrl).origin;
  await writeFile(STACK_FILE, JSON.stringify({ pid: process.pid, webhookUrl, simulatorUrl, endpoints }));
}, 60_000);
afterAll(async () => {
  console.close();
  await stack.stop();
});

const order = async (path: string, body: object) => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/console/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return response.json() as Promise<Record<string, unknown>>;
};
const updates = async () =>
  (await (await fetch(`${url}/console/updates`)).json()) as { rows: Row[]; status: { scenarios: ScenarioRun[] } };
const rowOf = async (ref: string) => (await updates()).rows.find((row) => row.ref === ref);
const story = async (ref: string) => (await (await fetch(`${url}/console/story?ref=${ref}`)).json()) as StoryView;
const command = (...args: string[]) => relay(args, { env: { RELAY_STACK_FILE: STACK_FILE } });

/** Runs a scenario to its end. */
async function play(name: string): Promise<ScenarioRun> {
  const { ref } = await order('scenario', { name });
  const run = async () => (await updates()).status.scenarios.find((one) => one.ref === ref) as ScenarioRun;
  await expect.poll(async () => (await run()).state, { timeout: 60_000 }).not.toBe('running');
  return run();
}

describe('an unknown outcome', () => {
  it('is reached by its scenario, and resolved from the page for good', { timeout: 90_000 }, async () => {
    const { ref, key, state, got } = await play('nobody-can-tell');
    expect({ state, got }).toEqual({ state: 'as expected', got: 'unknown · provider received 1, applied 1' });
    const { provider, advice, copies } = await story(ref);
    expect(provider).toEqual({ received: 1, applied: 1 });
    expect({ advice, resolve: copies.resolve }).toEqual({
      advice: expect.any(String),
      resolve: expect.stringContaining(`relay resolve ${ref} --as`),
    });
    expect(await order('resolve', { key, as: 'applied', reason: ' ' })).toHaveProperty('error');
    expect(await order('resolve', { key, as: 'applied', reason: 'seen' })).toEqual({ resolved: 'applied' });
    expect(await order('resolve', { key, as: 'not-applied', reason: 'no' })).toMatchObject({
      error: expect.stringMatching(/^It was resolved as applied by \S+ at 20/),
    });
    await expect.poll(async () => (await rowOf(ref))?.resolved).toMatch(/^applied \(by \S+\)$/);
    expect((await story(ref)).advice).toBeUndefined();
    expect((await command('resolve', ref, '--as', 'not-applied', '--reason', 'x')).err).toContain('[already_resolved]');
  });
});

describe('a dead letter', () => {
  it('is reached by its scenario, looks the same to the command, and is put back', { timeout: 90_000 }, async () => {
    const { ref, key, state, got } = await play('dead-letter');
    expect({ state, got }).toEqual({ state: 'as expected', got: 'dead · provider received 0, applied 0' });
    expect((await story(ref)).timeline.map(({ text }) => text).join()).toContain('on purpose: deliveries are skipped');
    expect(JSON.parse((await command('status', ref, '--json')).out).state).toBe('dead');
    expect(await order('replay', { key })).toEqual({ replayed: true });
    await expect.poll(async () => (await rowOf(ref))?.state, { timeout: 20_000 }).toBe('succeeded');
  });

  it('is noticed by the command, which does not wait for a change that is not tried again', {
    timeout: 60_000,
  }, async () => {
    const { code, err } = await command('send', '--sample', 'dcs.update', '--fault', 'dead-letter', '--timeout', '50s');
    expect({ code, err }).toEqual({
      code: 8,
      err: expect.stringMatching(/! provider {3}the ledger does not answer[\s\S]*… dead/),
    });
  });

  it('that would break the order is put back only after a person has seen the newer changes', {
    timeout: 60_000,
  }, async () => {
    const task = 'task-of-both';
    const text = (id: string) =>
      JSON.stringify({
        ...{ specversion: '1.0', id, source: '/test', type: 'migration.dcs.migration-task.update' },
        data: { project_id: 'p1', task_id: task, body: { resume_mode: 'auto' } },
      });
    const credentials = { accessKeyId: 'test', secretAccessKey: 'local' };
    const endpoint = stack.endpoints.AWS_ENDPOINT_URL_SQS ?? '';
    const sqs = new SQSClient({ region: 'eu-central-1', endpoint, credentials });
    const queue = stack.queues.dcs.replace('changes.fifo', 'changes-dead.fifo');
    const ids = { MessageGroupId: task, MessageDeduplicationId: 'd' };
    await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: text('older'), ...ids }));
    sqs.destroy();
    await expect.poll(async () => (await rowOf('older'))?.dead, { timeout: 20_000 }).toBe(true);
    await stack.send('dcs', text('newer'), task, 'newer');
    await expect.poll(async () => (await rowOf('newer'))?.state, { timeout: 20_000 }).toBe('rejected');
    const key = (await rowOf('older'))?.key;
    expect(await order('replay', { key })).toEqual({ replayed: false, newer: ['newer'] });
    expect((await command('dlq', 'replay', 'older')).err).toContain('[replay_refused]');
    expect(await order('replay', { key, outOfOrder: true })).toEqual({ replayed: true });
    await expect.poll(async () => (await rowOf('older'))?.state, { timeout: 20_000 }).toBe('rejected');
  });
});
