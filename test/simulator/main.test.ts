import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_ACCESS_KEY } from '../../simulator/credentials.ts';
import { canonicalRequest, signatureOf } from '../../simulator/signature.ts';
import { start } from './calling.ts';

const MAIN = fileURLToPath(new URL('../../simulator/main.ts', import.meta.url));

const run = (...flags: string[]) => {
  const child = spawn(process.execPath, [MAIN, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
};

const ended = async (child: ChildProcess): Promise<unknown> =>
  child.exitCode ?? child.signalCode ?? (await once(child, 'exit'))[0];

const START = {
  cloud: 'huawei-cloud',
  credentials: { users: [{ name: 'own', password: 'own-password', domain: 'mine' }] },
  settings: { update_reply: 'object' },
  tasks: { dcs: [{ project_id: 'p', task_id: 't', status: 'TERMINATED' }], sms: [{ task_id: 's' }] },
  sources: { sms: [{ source_id: 'server', connected: false }] },
};

const startFile = (content: unknown): string => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'start.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

const tokenOf = async (url: string, name = 'own', password = 'own-password', domain = 'mine'): Promise<string> => {
  const user = { name, password, domain: { name: domain } };
  const auth = { identity: { methods: ['password'], password: { user } }, scope: { project: { id: 'p' } } };
  const response = await fetch(`${url}/v3/auth/tokens`, { method: 'POST', body: JSON.stringify({ auth }) });
  return response.headers.get('x-subject-token') ?? '';
};

/** The status of a signed read of the task that the flags make. */
const callWithKey = async (url: string, access: string, secret: string): Promise<number> => {
  const [path, date] = ['/v3/tasks/new', new Date().toISOString().replace(/[-:]|\.\d+/g, '')];
  const request = { method: 'GET', path, query: '', headers: { 'x-sdk-date': date }, body: Buffer.alloc(0) };
  const signature = signatureOf(secret, date, canonicalRequest(request, ['x-sdk-date']));
  const authorization = `SDK-HMAC-SHA256 Access=${access}, SignedHeaders=x-sdk-date, Signature=${signature}`;
  return (await fetch(url + path, { headers: { 'x-sdk-date': date, authorization } })).status;
};

describe('npm run simulator', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('prints its address once, and ends at %s', async (signal) => {
    const child = run('--port', '0', '--cloud', 'open-telekom-cloud');
    const output = text(child.stdout);
    const [first] = await once(child.stdout, 'data');
    const [, url] = /^ready (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(String(first)) ?? [];
    const health = await fetch(`${url}/simulator/health`);
    expect(await health.json()).toEqual({ status: 'ok', cloud: 'open-telekom-cloud' });
    child.kill(signal);
    expect(await ended(child)).toBe(0);
    expect((await output).split('\n').length).toBe(2);
  });

  it('names its control port, if it has one', async () => {
    const child = run('--port', '0', '--control-port', '0');
    const [first] = await once(child.stdout, 'data');
    const [, url, control] = /^ready (http:\S+), control (http:\S+)\n$/.exec(String(first)) ?? [];
    expect(control).not.toBe(url);
    for (const one of [url, control]) expect((await fetch(`${one}/simulator/health`)).status).toBe(200);
    child.kill();
    expect(await ended(child)).toBe(0);
  });

  it('starts from a file with keys, users, tasks, source servers and settings, and prefers a flag', async () => {
    const child = run('--port', '0', '--cloud', 'open-telekom-cloud', '--start', startFile(START));
    const [first] = await once(child.stdout, 'data');
    const [, url] = /^ready (http:\S+)\n$/.exec(String(first)) ?? [];
    const read = async (path: string) => (await (await fetch(`${url}/simulator/${path}`)).json()) as object;
    expect(await read('settings')).toMatchObject({
      cloud: 'open-telekom-cloud',
      update_reply: 'object',
      read_lag_ms: 0,
    });
    expect(await read('tasks')).toMatchObject({ dcs: [{ task_id: 't', status: 'TERMINATED' }], sms: [{ id: 's' }] });
    expect(await read('sources')).toMatchObject({ sms: [{ id: 'server', connected: false }] });
    const opened = await fetch(`${url}/v2/p/migration-task/t`, {
      headers: { 'x-auth-token': await tokenOf(String(url)) },
    });
    expect(opened.status).toBe(200);
  });

  it('adds keys, users, tasks and settings of its flags to the file, and prefers them', async () => {
    const flags = [
      ...['--user', 'own:of:flag', '--user', 'other:secret', '--access-key', 'KEY:a:secret'],
      ...['--task', 'dcs/p/t=FAILED', '--task', 'dcs/p/new', '--task', 'sms/new=RUNNING'],
      ...['--setting', 'update_reply=string', '--setting', 'moves_after_ms=60000'],
    ];
    const child = run('--port', '0', '--start', startFile({ ...START, cloud: undefined }), ...flags);
    const [first] = await once(child.stdout, 'data');
    const [, url] = /^ready (http:\S+)\n$/.exec(String(first)) ?? [];
    const read = async (path: string) => (await (await fetch(`${url}/simulator/${path}`)).json()) as object;
    expect(await read('settings')).toMatchObject({ update_reply: 'string', moves_after_ms: 60_000 });
    expect(await read('tasks')).toMatchObject({
      dcs: [
        { task_id: 't', status: 'FAILED' },
        { task_id: 'new', status: 'RUNNING' },
      ],
      sms: [
        { id: 's', state: 'READY' },
        { id: 'new', state: 'RUNNING' },
      ],
    });
    const domains = { own: 'mine', other: 'simulator' };
    const logins = [
      await tokenOf(String(url), 'own', 'own-password', domains.own),
      await tokenOf(String(url), 'own', 'of:flag', domains.other),
      await tokenOf(String(url), 'other', 'secret', domains.other),
    ];
    expect(logins.map((token) => token !== '')).toEqual([false, true, true]);
    expect(await callWithKey(String(url), 'KEY', 'a:secret')).toBe(200);
    expect(await callWithKey(String(url), DEFAULT_ACCESS_KEY.access, DEFAULT_ACCESS_KEY.secret)).toBe(200);
  });

  it.each([
    ['no JSON', '{', ' cannot be read: '],
    ['an unknown member', { port: 1 }, ' is wrong: file: Unrecognized key: "port"'],
    ['an unknown setting', { settings: { speed: 1 } }, ' is wrong: settings: Unrecognized key: "speed"'],
    ['a task without an id', { tasks: { sms: [{}] } }, ' is wrong: tasks.sms.0.task_id: '],
    ['a source server without an id', { sources: { sms: [{}] } }, ' is wrong: sources.sms.0.source_id: '],
    ['a key without a secret', { credentials: { accessKeys: [{ access: 'A' }] } }, 'credentials.accessKeys.0.secret: '],
  ])('refuses a start file with %s', async (_what, content, message) => {
    const child = run('--port', '0', '--start', startFile(content));
    const [errors, code] = await Promise.all([text(child.stderr), ended(child)]);
    expect(errors).toContain(message);
    expect(code).toBe(1);
  });

  it('says that its port is in use', async () => {
    const { simulator } = await start();
    const child = run('--port', String(simulator.port));
    const [out, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)]);
    expect({ out, errors, code }).toEqual({
      out: '',
      errors: `simulator: port ${simulator.port} is taken; choose another with --port\n`,
      code: 1,
    });
  });

  it.each([
    [['--host', '0.0.0.0'], '--host 0.0.0.0 is not loopback: use 127.0.0.1, localhost, ::1'],
    [['--port', 'high'], '--port high is not a port'],
    [['--control-port', 'x'], '--control-port x is not a port'],
    [['--cloud', 'mine'], '--cloud mine is unknown: use huawei-cloud or open-telekom-cloud'],
    [['--access-key', 'KEY'], '--access-key is wrong: use ACCESS:SECRET'],
    [['--user', ':secret'], '--user is wrong: use NAME:PASSWORD'],
    [['--task', 'dcs/t'], '--task dcs/t is wrong: use dcs/PROJECT/TASK'],
    [['--task', 'rds/t=RUNNING'], '--task rds/t=RUNNING is wrong: use dcs/PROJECT/TASK'],
    [['--setting', 'read_lag_ms'], '--setting read_lag_ms is wrong: use NAME=VALUE'],
    [['--setting', 'read_lag_ms=-1'], '--setting read_lag_ms=-1 is wrong: Too small'],
    [['--setting', 'speed=1'], '--setting speed=1 is wrong: Unrecognized key: "speed"'],
    [['--verbose'], "Unknown option '--verbose'"],
  ])('refuses %j', async (flags, message) => {
    const child = run(...flags);
    const [errors, code] = await Promise.all([text(child.stderr), ended(child)]);
    expect(errors).toContain(message);
    expect(code).toBe(2);
  });
});
