import { describe, expect, it } from 'vitest';
import { DEFAULT_ACCESS_KEY, DEFAULT_PROJECT_ID } from '../../../simulator/credentials.ts';
import { CHECKS } from '../../../src/operator/checks/checks.ts';
import type { Stage } from '../../../src/operator/stage/stage.ts';
import { start } from '../../simulator/calling.ts';

const USER = { name: 'mover', password: 'pass', domain: 'account', projects: [{ id: DEFAULT_PROJECT_ID, name: 'eu' }] };
const TOKEN = { kind: 'token', user: 'mover', password: 'pass', domain: 'account' };
const KEYS = { kind: 'ak-sk', access_key: DEFAULT_ACCESS_KEY.access, secret_key: DEFAULT_ACCESS_KEY.secret };

/** The parts of a stage that the checks use, over a simulator that knows the user in one project only. */
async function stageWith(credential: object, { sms = true, fault = undefined as object | undefined } = {}) {
  const { simulator } = await start({ credentials: { accessKeys: [DEFAULT_ACCESS_KEY], users: [USER] } });
  if (fault)
    await fetch(`${simulator.url}/simulator/faults`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(fault) },
    });
  const settings = {
    ...{ PROVIDER: 'huawei-cloud', PROVIDER_REGION: 'ap-southeast-3', PROVIDER_CREDENTIALS: 'secret' },
    ...{ DCS_ENDPOINT: simulator.url, SMS_ENDPOINT: simulator.url, IAM_ENDPOINT: simulator.url },
  };
  return {
    settings: async (name: string) => (name === 'sms' && !sms ? undefined : settings),
    clients: { secret: async () => JSON.stringify(credential) },
  } as unknown as Stage;
}
const check = async (name: string, ...asked: Parameters<typeof stageWith>) => CHECKS[name]?.(await stageWith(...asked));

describe('the check of the provider', () => {
  it.each([
    ['a user within the project that the credential names', { ...TOKEN, project_id: DEFAULT_PROJECT_ID }],
    ['keys within a project', { ...KEYS, project_id: DEFAULT_PROJECT_ID }],
    ['keys without one', { ...KEYS, domain_id: 'd' }],
  ])('accepts %s', async (_what, credential) => {
    const [dcs, sms] = [await check('provider', credential), await check('provider-sms', credential)];
    expect(dcs).toEqual({ level: 'good', text: 'DCS answers and accepts the credential' });
    expect(sms).toEqual({ level: 'good', text: 'SMS answers and accepts the credential' });
  });

  it('accepts a user whose projects are not known, and says how to check more', async () => {
    expect(await check('provider', TOKEN)).toEqual({
      level: 'good',
      text: expect.stringMatching(/credential is valid; put project_id into its secret/),
    });
    expect(await check('provider-sms', TOKEN)).toMatchObject({ level: 'good', text: expect.stringMatching(/^SMS /) });
  });

  it.each([
    ['a wrong password', { ...TOKEN, password: 'wrong' }],
    ['a wrong password within a project', { ...TOKEN, password: 'wrong', project_id: DEFAULT_PROJECT_ID }],
    ["a project that isn't the user's", { ...TOKEN, project_id: '1'.repeat(32) }],
    ['a wrong key', { ...KEYS, secret_key: 'wrong', domain_id: 'd' }],
  ])('refuses %s', async (_what, credential) => {
    for (const name of ['provider', 'provider-sms'])
      expect(await check(name, credential)).toMatchObject({ level: 'bad', fix: expect.stringMatching(/redential/) });
  });

  it('refuses an address without that service', async () => {
    const fault = { status: 404, code: 'DCS.4001', calls: 9 };
    expect(await check('provider', { ...KEYS, domain_id: 'd' }, { fault })).toMatchObject({
      level: 'bad',
      text: expect.stringContaining('DCS.4001'),
      fix: expect.stringContaining('endpoints'),
    });
  });

  it('checks each service separately', async () => {
    const fault = { match: { service: 'sms' }, status: 403, code: 'SMS.9004', calls: 9 };
    const credential = { ...KEYS, domain_id: 'd' };
    expect(await check('provider-sms', credential, { fault })).toMatchObject({
      level: 'bad',
      text: expect.stringMatching(/^SMS: .+SMS\.9004/),
    });
    expect(await check('provider', credential, { fault })).toMatchObject({ level: 'good' });
  });

  it('does not check SMS if a stage has none', async () => {
    expect(await check('provider-sms', KEYS, { sms: false })).toEqual({ level: 'good', text: 'this stage has no SMS' });
  });
});

describe('the check of its secret', () => {
  it('reports a missing account in keys for SMS, but not without SMS', async () => {
    expect(await check('provider-secret', KEYS)).toMatchObject({
      level: 'bad',
      text: expect.stringContaining('SMS needs domain_id'),
    });
    expect(await check('provider-secret', KEYS, { sms: false })).toMatchObject({ level: 'good' });
    expect(await check('provider-secret', { ...KEYS, domain_id: 'd' })).toMatchObject({ level: 'good' });
  });
});
