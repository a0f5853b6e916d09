import { describe, expect, it } from 'vitest';
import {
  DEFAULT_ACCESS_KEY,
  DEFAULT_DOMAIN_ID,
  DEFAULT_PROJECT_ID,
  DEFAULT_USER,
} from '../../simulator/credentials.ts';
import { DCS_TASK, SMS_TASK, start } from './calling.ts';

const projects = [
  { id: 'one', name: 'eu-de' },
  { id: 'two', name: 'eu-nl' },
];
const listed = {
  accessKeys: [{ ...DEFAULT_ACCESS_KEY, projects, domainId: 'account' }],
  users: [{ ...DEFAULT_USER, id: 'user-id', projects }],
};
const get = (path: string) => ({ method: 'GET', path });
const ids = (body: Record<string, unknown>) => (body.projects as { id: string }[]).map(({ id }) => id);

describe('the projects of a caller', () => {
  it('are those of the key, all or by name', async () => {
    const { signed } = await start({ credentials: listed });
    expect(ids((await signed(get('/v3/projects'))).body)).toEqual(['one', 'two']);
    expect(ids((await signed(get('/v3/projects?name=eu-nl'))).body)).toEqual(['two']);
    expect(ids((await signed(get('/v3/projects?name=none'))).body)).toEqual([]);
  });

  it('are, without a list, the project of the examples under any name', async () => {
    const { signed } = await start();
    expect((await signed(get('/v3/projects?name=eu-de'))).body.projects).toMatchObject([
      { id: DEFAULT_PROJECT_ID, name: 'eu-de', domain_id: DEFAULT_DOMAIN_ID, enabled: true },
    ]);
    expect(ids((await signed(get('/v3/projects'))).body)).toEqual([DEFAULT_PROJECT_ID]);
  });

  it('are those of the token’s user', async () => {
    const { raw, token } = await start({ credentials: listed });
    const headers = { 'x-auth-token': await token({}) };
    expect(ids((await raw('GET', '/v3/projects?name=eu-de', headers)).body)).toEqual(['one']);
  });

  it('limit what a key may access', async () => {
    const { signed } = await start({ credentials: listed });
    expect((await signed(get(DCS_TASK))).body.error_code).toBe('DCS.1004');
    expect((await signed(get(DCS_TASK.replace(DEFAULT_PROJECT_ID, 'one')))).body.error_code).toBe('DCS.4133');
    expect((await signed(get(SMS_TASK))).status).toBe(200);
  });

  it.each(['/v3/projects', '/v3/auth/domains'])(
    'and the account are nobody’s without a credential: %s',
    async (path) => {
      const { raw } = await start();
      const { status, body } = await raw('GET', path, {});
      expect({ status, error_code: body.error_code }).toEqual({ status: 401, error_code: 'APIGW.0301' });
    },
  );
});

describe('the account of a caller', () => {
  it('is that of the key', async () => {
    const { signed } = await start({ credentials: listed });
    expect((await signed(get('/v3/auth/domains'))).body.domains).toMatchObject([{ id: 'account', enabled: true }]);
  });

  it('is that of the token’s user', async () => {
    const { raw, token } = await start();
    const { body } = await raw('GET', '/v3/auth/domains', { 'x-auth-token': await token({}) });
    expect(body.domains).toMatchObject([{ id: DEFAULT_DOMAIN_ID, name: DEFAULT_USER.domain }]);
  });
});

describe('a request for a token', () => {
  const ask = async (identity: unknown, scope: unknown, credentials = listed) => {
    const { raw } = await start({ credentials });
    const headers = { 'content-type': 'application/json' };
    return raw('POST', '/v3/auth/tokens', headers, { auth: { identity, scope } });
  };
  const password = (user: unknown) => ({ methods: ['password'], password: { user } });
  const secret = { password: DEFAULT_USER.password };

  it.each([
    ['the user’s id', { id: 'user-id', ...secret }],
    ['name and account name', { name: 'relay', domain: { name: 'simulator' }, ...secret }],
    ['name and account id', { name: 'relay', domain: { id: DEFAULT_DOMAIN_ID }, ...secret }],
  ])('accepts %s and the name of a project', async (_what, user) => {
    const { status, body } = await ask(password(user), { project: { name: 'eu-nl' } });
    expect({ status, token: body.token }).toMatchObject({
      status: 201,
      token: { project: projects[1], user: { id: 'user-id' }, methods: ['password'] },
    });
  });

  it.each([
    ['another id', { id: 'relay', ...secret }, 401],
    ['another account', { name: 'relay', domain: { id: 'other' }, ...secret }, 401],
    ['no account', { name: 'relay', ...secret }, 400],
    ['an account without a name', { name: 'relay', domain: {}, ...secret }, 400],
    ['a wrong password', { id: 'user-id', password: 'x' }, 401],
  ])('refuses %s', async (_what, user, status) => {
    expect((await ask(password(user), {})).status).toBe(status);
  });

  it('refuses a project that is not the user’s, by name or id', async () => {
    for (const project of [{ name: 'none' }, { id: 'none' }]) {
      expect((await ask(password({ id: 'user-id', ...secret }), { project })).status).toBe(401);
    }
  });

  it('accepts any name of a project from a user without a list', async () => {
    const { login } = await start();
    expect((await login({ project: { name: 'eu-de' } })).body.token).toMatchObject({
      project: { id: DEFAULT_PROJECT_ID, name: 'eu-de' },
    });
  });

  it('accepts another token, but none that is wrong or expired', async () => {
    const { raw, token, control } = await start();
    const exchange = (id: string) =>
      raw(
        'POST',
        '/v3/auth/tokens',
        { 'content-type': 'application/json' },
        {
          auth: { identity: { methods: ['token'], token: { id } }, scope: { project: { id: DEFAULT_PROJECT_ID } } },
        },
      );
    const old = await token({});
    const { status, body, headers } = await exchange(old);
    expect({ status, token: body.token }).toMatchObject({
      status: 201,
      token: { methods: ['token'], project: { id: DEFAULT_PROJECT_ID } },
    });
    const made = headers.get('x-subject-token') ?? '';
    expect((await raw('GET', DCS_TASK, { 'x-auth-token': made })).status).toBe(200);
    await control('POST', 'tokens/expire');
    expect([(await exchange(old)).status, (await exchange('made up')).status]).toEqual([401, 401]);
  });
});
