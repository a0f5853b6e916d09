import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { BEFORE_DEPLOY } from '../../src/operator/checks/before-deploy.ts';
import { newAccount, startAwsAccount } from '../support/aws-account.ts';
import { amongSamples } from '../support/stages.ts';
import { relay as runRelay } from './terminal.ts';

const account = newAccount();
let server: Awaited<ReturnType<typeof startAwsAccount>>;
beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key').stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  server = await startAwsAccount(account);
});
afterEach(() => void Object.assign(account, newAccount()));
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

/** The checks that call the provider are left out. */
const OWN = [
  ...['stacks', 'names', 'bucket', 'concurrency', 'log-policies', 'alarm-topic', 'boundary', 'existing'],
  'webhook-secret',
];
const only = OWN.flatMap((name) => ['--only', name]);
const doctor = (args: string[]) =>
  amongSamples(() => runRelay(['doctor', '--before-deploy', ...args], { env: server.endpoints }));
const levels = (out: string) =>
  Object.fromEntries(
    (JSON.parse(out).items as { check: string; level: string }[]).map(({ check, level }) => [check, level]),
  );

describe('relay doctor --before-deploy', () => {
  it('asks an account what the first deployment of a stage needs', async () => {
    const { code, out } = await doctor(['--stage', 'prod', '--json', ...only]);
    expect({ code, levels: levels(out) }).toEqual({
      code: 1,
      levels: {
        ...{ stacks: 'good', names: 'good', bucket: 'good', concurrency: 'good', 'log-policies': 'good' },
        ...{ 'alarm-topic': 'warning', boundary: 'good', existing: 'good', 'webhook-secret': 'bad' },
      },
    });
  });

  it('says what is wrong, where, and what to do', async () => {
    account.concurrency = { all: 10, unreserved: 10, of: {} };
    account.names.add('migration-relay-prod-ledger');
    const { code, out } = await doctor(['--stage', 'prod', '--no-color', ...only]);
    expect(code).toBe(1);
    expect(out).toMatch(/^names\tbad\t.*: table migration-relay-prod-ledger\tan earlier attempt may have left it: /m);
    expect(out).toMatch(/^concurrency\tbad\tthe stage reserves 30, but 0 of .*\tset reserveConcurrency: false/m);
  });

  it('asks nothing more if AWS does not know the caller in this region', async () => {
    account.knowsCaller = false;
    const { code, out } = await doctor(['--stage', 'prod', '--json']);
    expect(code).toBe(4);
    expect(levels(out)).toMatchObject({ identity: 'bad', stacks: 'skipped', concurrency: 'skipped' });
  });

  it.each([
    [['--stage', 'prod', '--only', 'queues'], 2, 'not a check'],
    [['--stage', 'none', '--region', 'eu-central-1'], 4, 'there is no file stages/none.yml here'],
  ])('refuses what it cannot check: %j', async (args, code, text) => {
    const run = await doctor(args);
    expect({ code: run.code, text: run.out + run.err }).toEqual({ code, text: expect.stringContaining(text) });
  });

  it('has checks of its own and those that need no deployed stage', () => {
    expect(Object.keys(BEFORE_DEPLOY)).toEqual([
      ...OWN.slice(0, -1),
      ...['provider-secret', 'fingerprint-secret', 'webhook-secret', 'clock', 'provider', 'provider-sms'],
    ]);
  });
});
