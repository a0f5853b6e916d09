import { describe, expect, it } from 'vitest';
import { lackFor, readCredential } from '../../../src/lib/provider/credentials.ts';
import { AK_SK, USER } from '../http/servers.ts';

const SECRET = 'hunter2 ü';

describe('readCredential', () => {
  it.each([
    AK_SK,
    { kind: 'ak-sk', access_key: 'a', secret_key: 'b' },
    { ...AK_SK, security_token: 'x'.repeat(16384) },
    { kind: 'ak-sk', access_key: 'a', secret_key: 'b', project_id: 'p' },
    USER,
    { ...USER, project_id: 'p' },
    { ...USER, scope: 'domain' },
    { ...USER, scope: 'project', project_id: 'p' },
  ])('takes %o', (credential) => {
    expect(readCredential(JSON.stringify(credential))).toEqual({ credential });
  });

  it.each([
    [{ ...AK_SK, secret_key: SECRET }, 'secret_key is missing or not acceptable'],
    [{ ...AK_SK, access_key: undefined }, 'access_key is missing or not acceptable'],
    [
      { ...AK_SK, access_key: 'a\r\nb', secret_key: 7 },
      'access_key is missing or not acceptable, secret_key is missing',
    ],
    [{ ...AK_SK, [SECRET]: 'x' }, 'it has an unknown field'],
    [{ ...AK_SK, kind: SECRET }, 'kind is missing or not acceptable'],
    [{ ...USER, password: '' }, 'password is missing or not acceptable'],
    [{ ...USER, scope: 'project' }, 'project_id is missing or not acceptable'],
    [{ ...USER, scope: SECRET }, 'scope is missing or not acceptable'],
    [{}, 'kind is missing or not acceptable'],
    [[], 'it is not an object'],
    [SECRET, 'it is not an object'],
    [null, 'it is not an object'],
  ])('refuses %j and names the field only', (secret, problem) => {
    const read = readCredential(JSON.stringify(secret));
    expect(read).toEqual({ problem: expect.stringContaining(problem) });
    expect(JSON.stringify(read)).not.toContain(SECRET);
  });

  it('refuses what is not JSON without repeating it', () => {
    expect(readCredential(SECRET)).toEqual({ problem: 'it is not JSON' });
  });
});

describe('lackFor', () => {
  const BARE = { kind: 'ak-sk', access_key: 'a', secret_key: 'b' } as const;

  it('says that SMS needs an account or a project with keys', () => {
    expect(lackFor('sms', BARE)).toBe('SMS needs domain_id, the id of the account, or project_id; both are missing');
  });

  it.each([
    ['sms', { ...BARE, domain_id: 'd' }],
    ['sms', { ...BARE, project_id: 'p' }],
    ['sms', { kind: 'token', user: 'u', password: 'p', domain: 'd' }],
    ['dcs', BARE],
  ] as const)('misses nothing for %s in %j', (service, credential) => {
    expect(lackFor(service, credential)).toBeUndefined();
  });
});
