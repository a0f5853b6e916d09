import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSimulatorControl, type SimulatorControl } from '../../local/simulator-control.ts';
import type { Entry } from '../../simulator/log.ts';
import { readChange } from '../../src/lib/change/change.ts';
import { groupOf } from '../../src/lib/change/message.ts';
import { validate } from '../../src/lib/change/validate.ts';
import type { Result } from '../../src/lib/relay/result-schema.ts';
import { validationSettings } from '../../src/operator/stage/validation-settings.ts';
import { type OwnStack, startOwnStack } from '../cli/with-stack.ts';

const PROJECT = '0123456789abcdef0123456789abcdef';
/** Delays of the provider's lists, within the scaled grace period of 1.5 s. */
const LIST_LAG = 1000;

let own: OwnStack;
let control: SimulatorControl;
const waiting = new Map<string, (result: Result) => void>();
/** The texts of the published results, by change: one each, however often it is published. */
const published = new Map<string, Set<string>>();
beforeAll(async () => {
  own = await startOwnStack();
  control = createSimulatorControl(own.stack.simulatorUrl);
  own.stack.onResult(({ detail }) => {
    const result = JSON.parse(detail) as Result;
    const id = result.data.change.id ?? '';
    published.set(id, (published.get(id) ?? new Set()).add(detail));
    waiting.get(id)?.(result);
  });
}, 60_000);
afterAll(() => own.stop());

/** Sends a change as its producer does, and waits for its result. */
async function send(type: string, data: object): Promise<Result> {
  const id = randomUUID();
  const text = JSON.stringify({ specversion: '1.0', id, source: '/whole-migration', type, data });
  const change = validate(readChange(text), validationSettings({ PROVIDER: 'huawei-cloud' }));
  if (change.kind !== 'valid') throw new Error(`${type} is refused: ${JSON.stringify(change)}`);
  const { promise, resolve } = Promise.withResolvers<Result>();
  waiting.set(id, resolve);
  await own.stack.send(change.subject.service, text, groupOf(change.subject), randomUUID());
  return promise;
}

const call = async (path: string, method: string, body?: object) => {
  const response = await fetch(`${own.stack.simulatorUrl}/simulator/${path}`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  expect(response.ok, await response.clone().text()).toBe(true);
};
const advanceDcs = (task: string) => call(`tasks/dcs/${PROJECT}/${task}/advance`, 'POST');
const advanceSms = (task: string) => call(`tasks/sms/${task}/advance`, 'POST');

/** A fault to set for a call, and the entry of the simulator's log at which the busy workers of its service are killed. */
interface Disturbance {
  fault?: object;
  killAt?: 'fault' | 'answered';
}

const DISTURBANCES: Record<string, Disturbance> = {
  'nothing goes wrong': {},
  'each reply is lost': { fault: { when: 'after', reset: true } },
  'each request is lost': { fault: { when: 'before', reset: true } },
  'each gateway gives up': { fault: { status: 504, lands_after_ms: 500 } },
  'each worker is killed before its call is carried out': { fault: { when: 'before', hang: true }, killAt: 'fault' },
  'each worker is killed before its call is answered': { fault: { when: 'after', hang: true }, killAt: 'fault' },
  'each worker is killed once its call is answered': { killAt: 'answered' },
};

/** Kills the busy workers of a service once the log has an entry of this kind about a call. */
async function killWorkers(operation: string, kind: 'fault' | 'answered', after: number): Promise<void> {
  const query = new URLSearchParams({ operation, kind, after: String(after), wait_ms: '60000' });
  const response = await fetch(`${own.stack.simulatorUrl}/simulator/log?${query}`);
  const [entry] = ((await response.json()) as { entries: Entry[] }).entries;
  if (!entry) throw new Error(`the simulator's log has no ${kind} of ${operation}`);
  const busy = own.stack.workers().filter((one) => one.busy && one.functionName.includes(entry.service));
  // After a reply, the change may have ended before its worker could be killed.
  if (kind === 'fault') expect(busy).not.toEqual([]);
  for (const { pid } of busy) process.kill(pid, 'SIGKILL');
}

/** How often each call was received and applied since a place in the log. */
async function countsSince(after: number) {
  const { entries } = await control.readLog(after);
  const count = (wanted: string) =>
    Object.fromEntries(
      [
        ...Map.groupBy(
          entries.filter(({ kind, method }) => kind === wanted && method !== 'GET'),
          ({ operation }) => operation,
        ),
      ].map(([operation, list]) => [operation, list.length]),
    );
  return { applied: count('applied'), entries };
}

describe.each(Object.entries(DISTURBANCES))('a whole migration where %s', (_title, { fault, killAt }) => {
  /** Sends a change while something goes wrong with its call, and gives the id that its result names. */
  async function step(operation: string, type: string, data: object): Promise<string> {
    const set = fault && (await control.addFault({ match: { operation }, calls: 1, ...fault }));
    const { next } = await control.readLog(Number.MAX_SAFE_INTEGER);
    const killed = killAt && killWorkers(operation, killAt, next);
    const { data: result } = await send(type, data);
    expect({ operation, outcome: result.outcome }).toEqual({ operation, outcome: 'succeeded' });
    await killed;
    if (set !== undefined) await control.removeFault(set);
    return ('created' in result && result.created) || '';
  }

  beforeAll(() => control.changeSettings({ list_lag_ms: LIST_LAG }));

  it.concurrent('of a Redis makes one task and leaves none', async () => {
    const { next } = await control.readLog(Number.MAX_SAFE_INTEGER);
    const [ONLINE, TASK] = ['migration.dcs.online-migration', 'migration.dcs.migration-task'];
    const name = `move-${randomUUID().slice(0, 8)}`;
    const network = { vpc_id: 'v', subnet_id: 's', security_group_id: 'g' };
    const task_id = await step('CreateOnlineMigrationTask', `${ONLINE}.create`, {
      project_id: PROJECT,
      body: { name, ...network },
    });
    const ids = { project_id: PROJECT, task_id };
    await advanceDcs(task_id);
    await step('SetOnlineMigrationTask', `${ONLINE}.configure`, {
      ...ids,
      body: {
        ...{ migration_method: 'incremental_migration', resume_mode: 'auto' },
        ...{ source_instance: { addrs: '192.168.1.1:6379' }, target_instance: { id: randomUUID() } },
      },
    });
    await advanceDcs(task_id);
    await step('ExchangeInstanceIp', `${ONLINE}.exchange-ip`, { ...ids, body: { is_exchange_domain: false } });
    await advanceDcs(task_id);
    await step('RollbackExchangeInstanceIp', `${ONLINE}.rollback-ip`, ids);
    await step('StopMigrationTask', `${TASK}.stop`, ids);
    await advanceDcs(task_id);
    await step('BatchRestartOnlineMigrationTasks', `${ONLINE}.restart`, {
      project_id: PROJECT,
      body: { migration_tasks: [task_id] },
    });
    await advanceDcs(task_id);
    await step('StopMigrationTask', `${TASK}.stop`, ids);
    await advanceDcs(task_id);
    await step('DeleteMigrationTask', `${TASK}.delete`, { project_id: PROJECT, body: { task_id_list: [task_id] } });
    const { applied, entries } = await countsSince(next);
    expect(applied).toMatchObject({
      ...{ CreateOnlineMigrationTask: 1, SetOnlineMigrationTask: 1, ExchangeInstanceIp: 1 },
      ...{ RollbackExchangeInstanceIp: 1, BatchRestartOnlineMigrationTasks: 1 },
    });
    expect(entries.some(({ task }) => task === task_id)).toBe(true);
  }, 120_000);

  it.concurrent('of a server makes one task and leaves none', async () => {
    const { next } = await control.readLog(Number.MAX_SAFE_INTEGER);
    const TASK = 'migration.sms.task';
    const source_id = randomUUID();
    await call(`sources/sms/${source_id}`, 'PUT', { state: 'waiting', connected: true });
    const region = { region_name: 'r', region_id: 'r', project_name: 'p', project_id: PROJECT };
    const task_id = await step('CreateTask', `${TASK}.create`, {
      body: {
        ...{ name: 'web-01', type: 'MIGRATE_FILE', os_type: 'LINUX', ...region },
        ...{ source_server: { id: source_id }, target_server: { name: 'web-01-new', vm_id: randomUUID() } },
        auto_start: true,
      },
    });
    const ids = { task_id };
    await advanceSms(task_id);
    await step('UpdateSpeed', `${TASK}.limit-speed`, {
      ...ids,
      body: { speed_limit: [{ start: '08:00', end: '18:00', speed: 50 }] },
    });
    await step('UploadSpecialConfigurationSetting', `${TASK}.set-options`, {
      ...ids,
      body: { configurations: [{ config_key: 'LINUX_CPU_LIMIT', config_value: '50' }] },
    });
    await step('UpdateTaskStatus', `${TASK}.act`, { ...ids, body: { operation: 'stop' } });
    await advanceSms(task_id);
    await step('DeleteTask', `${TASK}.delete`, ids);
    await advanceSms(task_id);
    await step('DeleteServer', 'migration.sms.source.delete', { source_id });
    const { applied } = await countsSince(next);
    expect(applied).toMatchObject({ CreateTask: 1 });
  }, 120_000);
});

it('publishes one result per change, and only ids of tasks that the provider made', async () => {
  const { entries } = await control.readLog(0);
  const created = entries.filter(({ kind, operation }) => kind === 'applied' && operation.startsWith('Create'));
  const made = new Set(created.map(({ task }) => task));
  const named = [...published.values()].flatMap((texts) => {
    expect(texts.size).toBe(1);
    const { data } = JSON.parse([...texts].join('')) as Result;
    return (data.outcome === 'succeeded' ? data.created : data.candidates) ?? [];
  });
  expect(named.length).toBeGreaterThanOrEqual(2);
  expect(named.filter((id) => !made.has(id))).toEqual([]);
});
