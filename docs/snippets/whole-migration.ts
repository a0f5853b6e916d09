import { spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Change, Result } from 'migration-relay';

const PROJECT = '0123456789abcdef0123456789abcdef';
/** Each run has a source of its own, so that its changes are new ones. */
const SOURCE = `/orchestrator/${randomUUID()}`;
const SECRET = Buffer.from('bG9jYWwtd2ViaG9vay1zZWNyZXQtMDAwMDAwMDAwMDE=', 'base64');

const stack = JSON.parse(await readFile(process.env.RELAY_STACK_FILE ?? '.local/stack.json', 'utf8'));
const follower = spawn(process.execPath, ['src/cli/bin.js', 'results', '--follow', '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  timeout: 120_000,
});
const lines = createInterface({ input: follower.stdout })[Symbol.asyncIterator]();

type Wanted = Pick<Change, 'id' | 'type' | 'data'>;

/** Sends changes in one request, and ends when all have succeeded. Gives the id of what they created. */
async function carry(...wanted: Wanted[]): Promise<string> {
  await post(JSON.stringify(wanted.map((one) => ({ specversion: '1.0', source: SOURCE, ...one }))));
  let created = '';
  for (const { id } of wanted) {
    const data = await resultOf(id);
    if (data.outcome !== 'succeeded') throw new Error(`${id}: ${JSON.stringify(data)}`);
    console.log(`${id.padEnd(18)} succeeded${data.created ? `, created ${data.created}` : ''}`);
    created = data.created ?? created;
  }
  return created;
}

const ended = new Map<string | undefined, Result['data']>();

/** Waits for the result of a change of this run. */
async function resultOf(id: string): Promise<Result['data']> {
  for (;;) {
    const found = ended.get(id);
    if (found) return found;
    const { value, done } = await lines.next();
    if (done) throw new Error(`${id}: no result`);
    const { data }: Result = JSON.parse(value);
    if (data.change.source === SOURCE) ended.set(data.change.id, data);
  }
}

/** Posts to the webhook, signed as docs/producer.md explains. */
async function post(body: string): Promise<void> {
  const [id, timestamp] = [`msg_${randomUUID()}`, String(Math.floor(Date.now() / 1000))];
  const signature = createHmac('sha256', SECRET).update(`${id}.${timestamp}.${body}`).digest('base64');
  const signed = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
  const headers = { 'content-type': 'application/cloudevents-batch+json', ...signed };
  const response = await fetch(stack.webhookUrl, { method: 'POST', headers, body });
  if (response.status !== 202) throw new Error(await response.text());
}

/** A token of the provider, to read with. */
async function login(): Promise<string> {
  const user = { name: 'relay', password: 'simulator-password', domain: { name: 'simulator' } };
  const identity = { methods: ['password'], password: { user } };
  const body = JSON.stringify({ auth: { identity, scope: { project: { id: PROJECT } } } });
  const response = await fetch(`${stack.simulatorUrl}/v3/auth/tokens`, { method: 'POST', body });
  return response.headers.get('x-subject-token') ?? '';
}

/** Reads until a member has this value. A real task moves on by itself; one of the simulator moves when it is told to. */
async function until(path: string, member: string, value: string | number, task: string): Promise<void> {
  const headers = { 'x-auth-token': token };
  for (let reads = 0; reads < 20; reads += 1) {
    const reply = await fetch(stack.simulatorUrl + path, { headers });
    const shown = (await reply.json()) as Record<string, unknown>;
    if (shown[member] === value) return console.log(`${' '.repeat(18)} ${member} is ${value}`);
    await fetch(`${stack.simulatorUrl}/simulator/tasks/${task}/advance`, { method: 'POST' });
    await sleep(50);
  }
  throw new Error(`${member} of ${path} does not become ${value}`);
}

async function moveRedis(): Promise<void> {
  const name = `redis-${randomUUID()}`;
  const network = { vpc_id: 'vpc-1', subnet_id: 'subnet-1', security_group_id: 'group-1' };
  const task_id = await carry({
    id: 'redis-create',
    type: 'migration.dcs.online-migration.create',
    data: { project_id: PROJECT, body: { name, ...network } },
  });
  const task = { project_id: PROJECT, task_id };
  const shows = (member: string, value: string) =>
    until(`/v2/${PROJECT}/migration-task/${task_id}`, member, value, `dcs/${PROJECT}/${task_id}`);
  await shows('status', 'RUNNING');

  await carry({
    id: 'redis-configure',
    type: 'migration.dcs.online-migration.configure',
    data: {
      ...task,
      body: {
        migration_method: 'incremental_migration',
        resume_mode: 'auto',
        source_instance: { id: 'redis-old', password_ref: 'migration-relay/local/redis/source' },
        target_instance: { id: 'redis-new', password_ref: 'migration-relay/local/redis/target' },
      },
    },
  });
  await shows('status', 'INCRMIGEATING');

  await carry({
    id: 'redis-exchange-ip',
    type: 'migration.dcs.online-migration.exchange-ip',
    data: { ...task, body: { is_exchange_domain: false } },
  });
  await shows('task_status', 'EXCHANGE_SUCCESS');

  await carry({ id: 'redis-stop', type: 'migration.dcs.migration-task.stop', data: task });
  await shows('status', 'TERMINATED');

  await carry({
    id: 'redis-delete',
    type: 'migration.dcs.migration-task.delete',
    data: { project_id: PROJECT, body: { task_id_list: [task_id] } },
  });
  await until(`/v2/${PROJECT}/migration-tasks?name=${name}`, 'count', 0, `dcs/${PROJECT}/${task_id}`);
}

async function moveServer(): Promise<void> {
  // The agent on a real server registers it. Here the simulator is told that it is there.
  const source_id = randomUUID();
  await fetch(`${stack.simulatorUrl}/simulator/sources/sms/${source_id}`, { method: 'PUT' });

  const task_id = await carry({
    id: 'server-create',
    type: 'migration.sms.task.create',
    data: {
      body: {
        name: 'web-01',
        type: 'MIGRATE_FILE',
        os_type: 'LINUX',
        region_id: 'ap-southeast-3',
        region_name: 'ap-southeast-3',
        project_id: PROJECT,
        project_name: 'ap-southeast-3',
        syncing: true,
        source_server: { id: source_id },
        target_server: { vm_id: 'vm-1', name: 'web-01-new' },
      },
    },
  });
  const act = (id: string, operation: 'start' | 'cutover' | 'stop'): Wanted => ({
    id,
    type: 'migration.sms.task.act',
    data: { task_id, body: { operation } },
  });
  const shows = (member: string, value: string) => until(`/v3/tasks/${task_id}`, member, value, `sms/${task_id}`);
  await shows('state', 'READY');

  await carry(
    {
      id: 'server-limit-speed',
      type: 'migration.sms.task.limit-speed',
      data: { task_id, body: { speed_limit: [{ start: '08:00', end: '18:00', speed: 50 }] } },
    },
    {
      id: 'server-set-options',
      type: 'migration.sms.task.set-options',
      data: { task_id, body: { configurations: [{ config_key: 'MIGRATE_EXCLUDE_DIR', config_value: '/var/cache' }] } },
    },
    act('server-start', 'start'),
  );
  await shows('state', 'SYNCING');

  await carry(act('server-cutover', 'cutover'));
  await until(`/v3/sources/${source_id}`, 'state', 'finished', `sms/${task_id}`);
  await carry(act('server-stop', 'stop'));
  await shows('state', 'ABORT');

  await carry({ id: 'server-delete', type: 'migration.sms.task.delete', data: { task_id } });
  await shows('error_code', 'SMS.7703');

  await carry({ id: 'source-delete', type: 'migration.sms.source.delete', data: { source_id } });
}

const token = await login();
try {
  await moveRedis();
  await moveServer();
} finally {
  follower.kill();
}
