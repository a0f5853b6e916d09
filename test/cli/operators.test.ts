import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ResolutionEvent } from '../../src/contracts/operator-events.ts';
import { type CommandOutput, relay as runRelay, type Setting } from './terminal.ts';
import { type OwnStack, startOwnStack } from './with-stack.ts';

let own: OwnStack;
let unknown: Promise<CommandOutput>;
// The change is applied, its reply is lost, and somebody else sets the configuration back, so that no read can show what
// happened. This takes as long as a lease, so it begins first and is checked last.
beforeAll(async () => {
  own = await startOwnStack();
  unknown = relay(['send', '--sample', 'dcs.configure', '--fault', 'reset-after-apply', '--json']);
  while (!(await applied())) await sleep(50);
  await disturb();
}, 60_000);
afterAll(() => own.stop());
const relay = (args: string[], setting: Setting = {}) =>
  runRelay(args, { ...setting, env: { ...own.env, ...setting.env } });
const json = (text: string) => JSON.parse(text);
const fault = (body: object) =>
  fetch(`${own.stack.simulatorUrl}/simulator/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const wellAgain = () => fetch(`${own.stack.simulatorUrl}/simulator/faults`, { method: 'DELETE' });

const applied = async () => {
  const { entries } = (await (await fetch(`${own.stack.simulatorUrl}/simulator/log`)).json()) as {
    entries: { kind: string }[];
  };
  return entries.some(({ kind }) => kind === 'applied');
};
/** The task looks as if another configuration had been applied. */
async function disturb(known?: string) {
  const { dcs } = (await (await fetch(`${own.stack.simulatorUrl}/simulator/tasks`)).json()) as {
    dcs: { project_id?: string; task_id: string }[];
  };
  const task = known === undefined ? dcs[0] : { task_id: known };
  await fetch(`${own.stack.simulatorUrl}/simulator/tasks/dcs/${'0123456789abcdef'.repeat(2)}/${task?.task_id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      status: 'FULLMIGRATING',
      source_instance: { addrs: '10.9.9.9:6379', password: 'CANARY' },
    }),
  });
}

describe('relay resend', () => {
  it('sends a failed change again under an id that names the old one', async () => {
    await fault({ match: { operation: 'UpdateMigrationTask' }, status: 403, code: 'DCS.2007' });
    const path = join(own.folder, 'failing.json');
    const change = {
      ...{ specversion: '1.0', id: 'ord-9', source: '/cli-test', type: 'migration.dcs.migration-task.update' },
      data: { project_id: '0123456789abcdef'.repeat(2), task_id: 'b21989ec-2889-4b8e-99db-19c073425ec2', body: {} },
    };
    await writeFile(path, JSON.stringify(change));
    await relay(['send', '--sample', 'dcs.update', '--no-wait']);
    const failed = await relay(['send', path, '--json']);
    expect({ code: failed.code, outcome: json(failed.out).items[0].outcome }).toEqual({ code: 5, outcome: 'failed' });
    await wellAgain();
    await writeFile(path, JSON.stringify({ ...change, data: { ...change.data, body: { resume_mode: 'manual' } } }));
    const other = await relay(['resend', path]);
    expect({ code: other.code, err: other.err }).toEqual({
      code: 3,
      err: expect.stringContaining('its content differs'),
    });
    await writeFile(path, JSON.stringify(change));
    const { code, out, err } = await relay(['resend', path, '--json']);
    expect(code).toBe(0);
    expect(json(out).items[0]).toMatchObject({ id: 'ord-9~2', outcome: 'succeeded' });
    expect(err).toBe('');
  });
});

const ARN = 'arn:aws:iam::123456789012:user/ann';

/** The reply of STS, as XML. */
const caller = (arn: string) =>
  `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${arn}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`;
const refusal = (code: string, message: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

/** The services that the local stack lacks: STS, and the addresses of webhooks. */
async function startAround() {
  const around = { known: true };
  const server = createServer((request, response) => {
    request.resume();
    if (request.url?.startsWith('/v2/apis'))
      return response.end(
        JSON.stringify({ items: [{ name: 'dev-migration-relay', apiEndpoint: 'https://a.example' }] }),
      );
    if (around.known) return response.end(caller(ARN));
    response.writeHead(403).end(refusal('InvalidClientTokenId', 'who is this'));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(around, {
    server,
    endpoints: { AWS_ENDPOINT_URL_STS: url, AWS_ENDPOINT_URL_APIGATEWAYV2: url },
  });
}

describe('a stage in AWS', () => {
  let dev: OwnStack;
  let around: Awaited<ReturnType<typeof startAround>>;
  // A stage that looks deployed, at the endpoints that the SDK reads from the environment.
  beforeAll(async () => {
    dev = await startOwnStack({ stage: 'dev' });
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'key').stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    around = await startAround();
  }, 60_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    around.server.close();
    await dev.stop();
  });
  const there = (args: string[], setting: Setting = {}) =>
    runRelay([...args, '--stage', 'dev', '--region', 'eu-central-1'], {
      ...setting,
      env: { ...dev.stack.endpoints, ...around.endpoints },
    });

  it('needs a confirmation to write, and asks for none without a terminal', async () => {
    const silent = await there(['send', 'events/dcs-update-auto.json']);
    expect({ code: silent.code, err: silent.err }).toEqual({
      code: 2,
      err: expect.stringContaining('writing to stage dev needs your confirmation'),
    });
    const machine = await there(['send', 'events/dcs-update-auto.json', '--json'], { terminal: true, input: 'y\n' });
    expect(machine.code).toBe(2);
    const no = await there(['send', 'events/dcs-update-auto.json'], { terminal: true, input: 'n\n' });
    expect({ code: no.code, err: no.err }).toEqual({
      code: 130,
      err: expect.stringMatching(/stage dev · eu-central-1: sends a change[\s\S]*nothing was done/),
    });
    const yes = await there(['send', 'events/dcs-update-auto.json'], { terminal: true, input: 'y\n' });
    expect(yes.code).toBe(5);
  });

  it('is silent until its heartbeats come back, which are no results', async () => {
    const [none] = json((await there(['doctor', '--only', 'heartbeat', '--json'])).out).items;
    expect(none).toMatchObject({
      level: 'warning',
      text: 'dcs: none for an hour; sms: none for an hour',
      fix: expect.stringContaining('docs/runbook.md#silence'),
    });
    const source = 'migration-relay.dev.heartbeat';
    for (const id of ['dcs', 'sms'] as const) {
      const heartbeat = { specversion: '1.0', id, source, type: 'migration.relay.heartbeat' };
      await dev.stack.send(id, JSON.stringify(heartbeat), 'heartbeat', id);
    }
    await vi.waitFor(() => expect(dev.stack.bus.events.filter((event) => event.source === source)).toHaveLength(2), {
      timeout: 10_000,
    });
    const [both] = json((await there(['doctor', '--only', 'heartbeat', '--json'])).out).items;
    expect(both).toMatchObject({ level: 'good', text: expect.stringMatching(/^dcs: .+ ago; sms: .+ ago$/) });
    expect((await there(['results', '--json'])).out).not.toContain('heartbeat');
    expect(json((await there(['status', 'dcs', '--source', source, '--json'])).out)).toMatchObject({
      state: 'rejected',
    });
  });

  it('can be followed, checked and planned for like the local one', async () => {
    expect((await there(['status', 'dcs-update-auto', '--json'])).out).toContain('"state":"rejected"');
    expect((await there(['results', '--json'])).out).toContain('"outcome":"rejected"');
    expect((await there(['dlq', 'list'])).code).toBe(0);
    const doctor = json((await there(['doctor', '--json'])).out) as { items: { level: string }[] };
    expect(doctor.items.filter(({ level }) => level !== 'good')).toEqual([]);
    expect(doctor.items).toContainEqual({ check: 'identity', level: 'good', text: ARN });
    expect(doctor.items).toContainEqual(
      expect.objectContaining({ check: 'webhook', names: { address: 'https://a.example/changes' } }),
    );
  });

  it('is asked whose credentials these are first, and nothing more if AWS does not know them', async () => {
    around.known = false;
    const { code, out } = await there(['doctor', '--json']);
    around.known = true;
    const { items } = json(out) as { items: { check: string; level: string; code?: string }[] };
    expect({ code, identity: items.find(({ check }) => check === 'identity') }).toEqual({
      code: 4,
      identity: {
        ...{ check: 'identity', level: 'bad', code: 'access_denied', text: 'who is this: InvalidClientTokenId' },
        fix: 'check the credentials: AWS does not know the key',
      },
    });
    expect(items.filter(({ level }) => level === 'bad')).toHaveLength(1);
    expect(items.filter(({ level }) => level === 'skipped').length).toBeGreaterThan(8);
  });

  it('refuses passwords, as its functions do', async () => {
    const { code, err } = await there(['send', 'events/dcs-configure-incremental.json', '--yes']);
    expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining('password_ref') });
    expect(err).not.toContain('xxxxxx');
  });

  it('is paused only after a yes, in the name of who does it, and resumed as it was', async () => {
    const silent = await there(['pause']);
    expect({ code: silent.code, err: silent.err }).toEqual({
      code: 2,
      err: expect.stringContaining('stage dev · eu-central-1: pauses the queue of dcs, the queue of sms'),
    });
    const { code, out } = await there(['pause', '--webhook', '--yes', '--json']);
    const event = { type: 'migration.stage.paused', source: 'migration-relay.dev.operator', data: { operator: ARN } };
    expect({ code, ...json(out) }).toMatchObject({ code: 0, event });
    const checks = ['--only', 'mappings', '--only', 'concurrency'];
    const found = json((await there(['doctor', ...checks, '--json'])).out) as { items: { fix?: string }[] };
    expect(found.items.map(({ fix }) => fix)).toEqual([
      'relay resume --only dcs; relay resume --only sms',
      'relay resume --only webhook',
    ]);
    expect((await there(['resume', '--yes'])).code).toBe(0);
    expect((await there(['doctor', ...checks, '--json'])).out).toMatch(/webhook: 10"/);
  }, 60_000);

  it('that does not exist is reported', async () => {
    const args = ['plan', 'events/dcs-update-auto.json', '--stage', 'none', '--region', 'eu-central-1'];
    const { code, err } = await runRelay(args, { env: dev.stack.endpoints });
    expect({ code, err }).toEqual({ code: 4, err: expect.stringContaining('there is no stage none') });
  });
});

describe('relay resolve', () => {
  let id: string;
  beforeAll(async () => {
    const { code, out } = await unknown;
    expect({ code, outcome: json(out).items[0].outcome }).toEqual({ code: 6, outcome: 'unknown' });
    id = json(out).items[0].id;
  }, 60_000);

  it('is suggested by the story of an unknown outcome', async () => {
    const { out } = await relay(['status', id, '--no-color'], { terminal: true });
    expect(out).toMatch(/\? unknown {2}A request was sent[\s\S]*Fix: Check at the provider[\s\S]*Next: relay resolve /);
  });

  const resolved = () => own.stack.bus.events.filter(({ detailType }) => detailType.endsWith('.resolved'));
  const say = (as: string, ...more: string[]) => relay(['resolve', id, '--as', as, ...more]);
  const SEEN = ['--reason', 'seen in the console'];
  let first: CommandOutput[];

  it('stores only one answer when two people resolve at once, and shows it to the other', async () => {
    const { subject } = json((await relay(['status', id, '--json'])).out).change;
    const path = `${own.stack.simulatorUrl}/simulator/tasks/dcs/${subject.project_id}/${subject.id}`;
    await fetch(path, { method: 'DELETE' });
    own.stack.bus.refuse(100);
    first = await Promise.all([say('applied', ...SEEN), say('not-applied', '--reason', 'gone')]);
    own.stack.bus.refuse(0);
    await disturb(subject.id);
    expect(first.map(({ err }) => err).join()).toContain(
      `the provider no longer has the task ${subject.id} (DCS.4133)`,
    );
    expect(first.map(({ err }) => /\[(\w+)\]\n/.exec(err)?.[1]).toSorted()).toEqual([
      'already_resolved',
      'not_published',
    ]);
    const lost = first.find(({ err }) => err.includes('[already_resolved]'))?.err ?? '';
    expect(lost).toMatch(/it was resolved as (not-)?applied by \S+ at 20\d\d-/);
    expect(resolved()).toEqual([]);
  });

  it('publishes what was stored once the bus accepts it, and the same again', async () => {
    const as = first[0]?.err.includes('[not_published]') ? 'applied' : 'not-applied';
    const { code, out, err } = await say(as, '--reason', 'other words', '--json');
    expect(code).toBe(0);
    const { event, repeated } = json(out);
    expect(ResolutionEvent.safeParse(event).error).toBeUndefined();
    expect({ repeated, reason: event.data.reason }).toEqual({
      repeated: true,
      reason: as === 'applied' ? 'seen in the console' : 'gone',
    });
    expect(event).toMatchObject({
      type: 'migration.dcs.online-migration.configure.resolved',
      data: { resolved_as: as, result: { outcome: 'unknown' } },
    });
    expect(resolved().map(({ detail }) => detail)).toEqual([JSON.stringify(event)]);
    expect(out + err).not.toContain('CANARY');
    expect(json((await say(as, ...SEEN, '--json')).out).event).toEqual(event);
    expect(resolved()).toHaveLength(1);
    const story = json((await relay(['status', id, '--json'])).out);
    expect(story.sentence).toMatch(new RegExp(`found it ${as}\\.$`));
    expect(story.advice).toBeUndefined();
  });

  it('is refused when it contradicts an earlier one', async () => {
    const as = first[0]?.err.includes('[not_published]') ? 'not-applied' : 'applied';
    expect((await say(as, '--reason', 'r')).err).toMatch(/\[already_resolved\]/);
  });

  it('appears beside the result in the list, which then asks for no more checks', async () => {
    const { out } = await relay(['results', '--outcome', 'unknown', '--no-color'], { terminal: true });
    expect(out).toMatch(/\? unknown → (not-)?applied \(by \S+\)/);
    expect(out).toMatch(/1 result in the last \d+ \w+\n$/);
    const { items, resolved: words } = json((await relay(['results', '--outcome', 'unknown', '--json'])).out);
    expect(words.map(({ data }: ResolutionEvent) => data.result.id)).toEqual(
      items.map((one: { id: string }) => one.id),
    );
  });
});
