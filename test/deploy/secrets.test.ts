import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { PROJECT } from '../../local/folders.ts';
import { check, KINDS, type Kind, retireValue, rotateValue } from '../../scripts/secret-values.ts';
import { main, updateSecrets } from '../../scripts/secrets.ts';
import { type JsonServer, ServiceError, startJsonServer } from '../../stand-ins/json-server.ts';
import { SAMPLES } from '../support/stages.ts';

const store = new Map<string, string>();
const tagsOf = new Map<string, unknown>();
let aws: JsonServer;
beforeAll(async () => {
  const known = (name: unknown) => {
    const value = store.get(String(name));
    if (value === undefined) throw new ServiceError('ResourceNotFoundException', 'not here');
    return value;
  };
  const put = (Name: unknown, SecretString: unknown) => {
    store.set(String(Name), String(SecretString));
    return { ARN: `arn:${Name}`, Name };
  };
  aws = await startJsonServer({
    'secretsmanager.GetSecretValue': ({ SecretId }) => ({ Name: SecretId, SecretString: known(SecretId) }),
    'secretsmanager.PutSecretValue': ({ SecretId, SecretString }) => known(SecretId) && put(SecretId, SecretString),
    'secretsmanager.CreateSecret': ({ Name, SecretString, Tags }) => {
      tagsOf.set(String(Name), Tags);
      return put(Name, SecretString);
    },
  });
  for (const [variable, value] of Object.entries(environment())) vi.stubEnv(variable, value);
});
afterAll(() => {
  vi.unstubAllEnvs();
  return aws.close();
});
beforeEach(() => store.clear());

const CREDENTIAL = JSON.stringify({ kind: 'ak-sk', access_key: 'CANARY-AK', secret_key: 'CANARY-SK', domain_id: 'd' });
const name = (kind: Kind, stage = 'prod') => `migration-relay/${stage}/${kind}`;
const value = (kind: Kind, stage?: string) => store.get(name(kind, stage)) ?? '';

const environment = () => ({
  AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
});

/** Runs `npm run secrets` inside this process. Returns its line about each secret. */
async function run(args: string[], input = '') {
  let output = '';
  const say = (line: string) => {
    output += `${line}\n`;
  };
  const code = await main(args, { input: Readable.from([input]), out: say, err: say }, SAMPLES);
  expect(output).not.toMatch(/CANARY|whsec_[A-Za-z0-9]/);
  return { code, output: output };
}

/** The same in a process of its own, with the stages of the project. */
async function runProcess(args: string[], input = '') {
  const child = spawn(process.execPath, ['scripts/secrets.ts', ...args], {
    cwd: PROJECT,
    timeout: 20_000,
    env: { PATH: process.env.PATH, ...environment() },
  });
  child.stdin.end(input);
  const exit = new Promise((resolve) => child.once('exit', resolve));
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(output + errors).not.toMatch(/CANARY|whsec_[A-Za-z0-9]/);
  return { code: await exit, output: output + errors };
}

describe('npm run secrets', () => {
  it('generates what it can, in the shape that the functions read, and asks for the credential', async () => {
    const { code, output } = await runProcess(['--stage', 'local']);
    expect(code).toBe(1);
    expect(output).toMatch(
      /local\/provider +missing: provide it with --provider FILE\n.*fingerprint +created\n.*webhook +created\n/,
    );
    for (const kind of ['fingerprint', 'webhook'] as const) check(kind, value(kind, 'local'));
    expect(store.has(name('provider', 'local'))).toBe(false);
  });

  it('reads the credential from a file or from stdin, and changes nothing once all exist', async () => {
    const first = await runProcess(['--stage', 'local', '--provider', '-'], CREDENTIAL);
    expect({ code: first.code, output: first.output.match(/created/g)?.length }).toEqual({ code: 0, output: 3 });
    const before = new Map(store);
    const again = await run(['--stage', 'local']);
    expect({ code: again.code, output: again.output.match(/good/g)?.length }).toEqual({ code: 0, output: 3 });
    expect(store).toEqual(before);
  });

  it('refuses a wrong shape by name, without its value, and writes nothing', async () => {
    store.set(name('webhook'), '{"secrets":["CANARY"]}');
    const { code, output } = await run(
      ['--stage', 'prod', '--provider', '-'],
      '{"kind":"ak-sk","access_key":"CANARY"}',
    );
    expect(code).toBe(1);
    expect(output).toMatch(/provider +wrong: .*secret_key is missing or not acceptable/);
    expect(output).toMatch(/webhook +wrong: .*secrets\.0: must/);
    expect(store.has(name('provider'))).toBe(false);
  });

  it('requires the account in the keys of a stage with SMS, and of no other', async () => {
    const keys = '{"kind":"ak-sk","access_key":"CANARY","secret_key":"CANARY"}';
    const { code, output } = await run(['--stage', 'prod', '--provider', '-'], keys);
    expect({ code, output: output }).toEqual({
      code: 1,
      output: expect.stringMatching(/provider +wrong: .*SMS needs domain_id/),
    });
    expect(store.has(name('provider'))).toBe(false);
    expect((await run(['--stage', 'prod-otc', '--provider', '-'], keys)).code).toBe(0);
  });

  it.each([
    [
      'tags a secret that it creates as its stage is tagged',
      { 'Cost Center': '0815' },
      [{ Key: 'Cost Center', Value: '0815' }],
    ],
    ['sends no tags if the stage has none, because tagging needs a permission of its own', {}, undefined],
  ])('%s', async (_what, tags, expected) => {
    const names = { provider: name('provider'), fingerprint: name('fingerprint'), webhook: name('webhook') };
    const client = new SecretsManagerClient({ region: 'eu-central-1' });
    await updateSecrets(client, names, { tags, provider: CREDENTIAL }, new Date());
    for (const kind of KINDS) expect(tagsOf.get(name(kind))).toEqual(expected);
  });

  it.each([
    [['--stage', 'nowhere'], /there is no stage "nowhere"/],
    [[], /npm run secrets -- --stage NAME/],
    [['--stage', 'prod', '--rotate', 'provider'], /npm run secrets -- --stage NAME/],
  ])('ends with a sentence for %j', async (args, expected) => {
    const { code, output } = await run(args);
    expect({ code, output: output }).toEqual({ code: 2, output: expect.stringMatching(expected) });
  });
});

describe('a rotation', () => {
  const at = (day: number) => new Date(Date.UTC(2026, 0, day));
  const keysOf = (text: string) => JSON.parse(text) as { current: string; keys: Record<string, string> };
  const secretsOf = (text: string) => (JSON.parse(text) as { secrets: string[] }).secrets;

  it.each(KINDS.filter((kind) => kind !== 'provider'))('of %s is one command', async (kind) => {
    await run(['--stage', 'prod', '--provider', '-'], CREDENTIAL);
    const before = value(kind);
    expect((await run(['--stage', 'prod', '--rotate', kind])).output).toMatch(new RegExp(`${kind} +rotated`));
    expect(value(kind)).not.toBe(before);
    check(kind, value(kind));
  });

  it('of the webhook keeps the old secret good until it is retired', () => {
    const [old = ''] = secretsOf(
      rotateValue('webhook', JSON.stringify({ secrets: [`whsec_${'A'.repeat(44)}`] }), at(1)),
    );
    const both = rotateValue('webhook', JSON.stringify({ secrets: [old] }), at(1));
    expect(secretsOf(both)).toEqual([expect.not.stringContaining(old), old]);
    expect(secretsOf(retireValue('webhook', both, at(1)))).toEqual(secretsOf(both).slice(0, 1));
  });

  it('of the fingerprint keeps a key until the last row that needs it is gone', () => {
    const first = rotateValue('fingerprint', JSON.stringify({ current: 'own', keys: { own: 'A'.repeat(44) } }), at(1));
    const second = rotateValue('fingerprint', first, at(10));
    expect(Object.keys(keysOf(second).keys)).toEqual(['own', 'k20260101000000', 'k20260110000000']);
    expect(keysOf(second).current).toBe('k20260110000000');
    expect(keysOf(retireValue('fingerprint', second, at(49))).keys).toHaveProperty('k20260101000000');
    expect(Object.keys(keysOf(retireValue('fingerprint', second, at(51))).keys)).toEqual(['k20260110000000', 'own']);
  });
});
