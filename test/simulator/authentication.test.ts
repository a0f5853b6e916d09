import { describe, expect, it } from 'vitest';
import { DEFAULT_CREDENTIALS, DEFAULT_DOMAIN_ID, DEFAULT_PROJECT_ID } from '../../simulator/credentials.ts';
import { DCS_TASK, SMS_TASK, start } from './calling.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const read = { method: 'GET', path: DCS_TASK };
const refusal = (text: string) => `Incorrect IAM authentication information: ${text}`;

describe('an access key', () => {
  it.each([0, 14 * MINUTE, -14 * MINUTE])('is accepted with a clock off by %d ms', async (skew) => {
    const { signed } = await start({ clock: () => NOW });
    expect((await signed({ ...read, time: NOW + skew })).status).toBe(200);
  });

  it.each([16 * MINUTE, -16 * MINUTE])(
    'is refused with a clock off by %d ms, and the reply tells the time',
    async (skew) => {
      const { signed } = await start({ clock: () => NOW });
      const { status, body, headers } = await signed({ ...read, time: NOW + skew });
      expect({ status, error_code: body.error_code }).toEqual({ status: 401, error_code: 'APIGW.0301' });
      expect(body.error_msg).toMatch(/signature expired, signature time:\d{8}T\d{6}Z,server time:20260102T030405Z/);
      expect(body.request_id).toBe(headers.get('x-request-id'));
      expect(headers.get('date')).toBe(new Date(NOW).toUTCString());
    },
  );

  it.each([
    ['unknown', { access: 'NOBODY' }, refusal('ak NOBODY not exist')],
    ['used with a wrong secret', { secret: 'wrong' }, refusal('verify aksk signature fail, canonicalRequest:GET|')],
    ['used without signing the date', { signed: ['host'] }, refusal('x-sdk-date not signed')],
    ['used with a broken date', { headers: { 'x-sdk-date': 'yesterday' } }, refusal('x-sdk-date not found or invalid')],
    ['used with a security token it lacks', { headers: { 'x-security-token': 'S' } }, refusal('verify security token')],
  ])('is refused when %s', async (_how, asked, text) => {
    const { signed } = await start();
    const { status, body } = await signed({ ...read, ...asked });
    expect({ status, error_code: body.error_code }).toEqual({ status: 401, error_code: 'APIGW.0301' });
    expect(body.error_msg).toContain(text);
  });

  it('is refused for a project other than that of its X-Project-Id header', async () => {
    const { signed } = await start();
    const { status, body } = await signed({ ...read, headers: { 'x-project-id': 'other' } });
    expect({ status, error_code: body.error_code }).toEqual({ status: 401, error_code: 'DCS.1004' });
  });

  it('signs queries and escaped paths', async () => {
    const { signed } = await start();
    expect((await signed({ ...read, path: `${DCS_TASK}?b=2&a=x%20y%2Fz&c` })).status).toBe(200);
    const { body } = await signed({ ...read, path: `/v2/${DEFAULT_PROJECT_ID}/migration-task/a%20b` });
    expect(body.error_code).toBe('DCS.4133');
  });

  it('is locked after more than five failures in a row, for the time that is set', async () => {
    let now = NOW;
    const { signed } = await start({ clock: () => now, settings: { lockout_ms: 5 * MINUTE } });
    const good = () => signed({ ...read, time: now });
    const bad = () => signed({ ...read, time: now, secret: 'wrong' });
    for (let failures = 0; failures < 5; failures += 1) await bad();
    expect((await good()).status).toBe(200);
    for (let failures = 0; failures < 6; failures += 1) expect((await bad()).body.error_msg).toContain('verify aksk');
    const locked = await good();
    expect({ status: locked.status, error_msg: locked.body.error_msg }).toEqual({
      status: 401,
      error_msg: refusal('AK access failed to reach the limit,forbidden.'),
    });
    now += 5 * MINUTE;
    expect((await good()).status).toBe(200);
  });
});

describe('a temporary access key', () => {
  const key = { access: 'TEMPORARY', secret: 'secret', securityToken: 'session' };
  const credentials = { ...DEFAULT_CREDENTIALS, accessKeys: [key] };
  const asked = { ...read, access: key.access, secret: key.secret };

  it.each([
    ['takes its session token, signed', { headers: { 'x-security-token': 'session' } }, 200],
    ['refuses none', {}, 401],
    ['refuses a wrong one', { headers: { 'x-security-token': 'stolen!' } }, 401],
    ['takes it unsigned', { headers: { 'x-security-token': 'session' }, signed: ['host', 'x-sdk-date'] }, 200],
    ['refuses a wrong unsigned one', { headers: { 'x-security-token': 'x' }, signed: ['host', 'x-sdk-date'] }, 401],
  ])('%s', async (_what, change, status) => {
    const { signed } = await start({ credentials });
    expect((await signed({ ...asked, ...change })).status).toBe(status);
  });
});

describe('what SMS requires', () => {
  const show = { method: 'GET', path: SMS_TASK };
  const domain = { 'x-domain-id': DEFAULT_DOMAIN_ID };

  it.each([
    ['any', {}, 200, undefined],
    ['any', { 'x-domain-id': 'foreign' }, 200, undefined],
    ['domain', domain, 200, undefined],
    ['domain', {}, 400, 'SMS.6035'],
    ['domain', { 'x-domain-id': 'foreign' }, 401, 'APIGW.0301'],
    ['project', { 'x-project-id': DEFAULT_PROJECT_ID }, 200, undefined],
    ['project', domain, 400, 'SMS.6015'],
  ] as const)(
    'with sms_scope_header %s is answered, given %j, with %i %s',
    async (sms_scope_header, headers, expected, code) => {
      const { signed } = await start({ settings: { sms_scope_header } });
      const { status, body } = await signed({ ...show, headers });
      expect({ status, code: body.error_code }).toEqual({ status: expected, code });
    },
  );

  it.each([
    ['any', { domain: { name: 'simulator' } }, undefined],
    ['project', { project: { id: DEFAULT_PROJECT_ID } }, undefined],
    ['project', { domain: { name: 'simulator' } }, 'SMS.6521'],
    ['domain', { domain: { name: 'simulator' } }, undefined],
    ['domain', { project: { id: DEFAULT_PROJECT_ID } }, 'SMS.6521'],
  ] as const)(
    'with sms_token_scope %s is answered, given a token for %j, with %s',
    async (sms_token_scope, scope, code) => {
      const { raw, token } = await start({ settings: { sms_token_scope } });
      expect((await raw('GET', SMS_TASK, { 'x-auth-token': await token(scope) })).body.error_code).toBe(code);
    },
  );
});

describe('a token', () => {
  const project = { project: { id: DEFAULT_PROJECT_ID } };
  const domain = { domain: { name: 'simulator' } };

  it('comes in a header, with times in microseconds and its project', async () => {
    const { login } = await start({ clock: () => NOW });
    const { status, headers, body } = await login(project);
    expect(status).toBe(201);
    expect(headers.get('x-subject-token')?.length).toBeGreaterThan(1000);
    expect(body.token).toMatchObject({
      expires_at: '2026-01-03T03:04:05.000000Z',
      issued_at: '2026-01-02T03:04:05.000000Z',
      project: { id: DEFAULT_PROJECT_ID },
    });
    expect(body.token).not.toHaveProperty('catalog');
  });

  it('has the catalogue unless nocatalog has a value', async () => {
    const { login } = await start();
    expect((await login(domain, undefined, '?nocatalog=')).body.token).toHaveProperty('catalog');
  });

  it.each([
    ['a wrong password', project, 'wrong', 401, 'Unauthorized'],
    ['a scope that is no object', 'project', undefined, 400, 'Bad Request'],
  ])('is not issued for %s', async (_what, scope, password, status, title) => {
    const { login } = await start();
    const answer = await login(scope, password);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject({ code: status, title });
  });

  it('is not issued for a project of somebody else', async () => {
    const user = {
      name: 'relay',
      password: 'simulator-password',
      domain: 'simulator',
      projects: [{ id: 'p', name: 'eu' }],
    };
    const { login } = await start({ credentials: { accessKeys: [], users: [user] } });
    expect((await login(project)).status).toBe(401);
    expect((await login({ project: { name: 'eu' } })).body.token).toMatchObject({ project: { id: 'p' } });
  });

  it.each([
    ['opens DCS with the scope of the project', DCS_TASK, project, 200, undefined],
    ['of another project does not open DCS', DCS_TASK, { project: { id: 'other' } }, 401, 'DCS.1004'],
    ['of the account does not open DCS', DCS_TASK, domain, 401, 'DCS.1004'],
    ['of the account opens SMS', SMS_TASK, domain, 200, undefined],
    ['of a project opens SMS', SMS_TASK, project, 200, undefined],
  ])('%s', async (_what, path, scope, expected, code) => {
    const { raw, token } = await start();
    const { status, body } = await raw('GET', path, { 'x-auth-token': await token(scope) });
    expect({ status, code: body.error_code }).toEqual({ status: expected, code });
  });

  it.each([
    ['absent', undefined, refusal('x-auth-token not found')],
    ['made up', 'MIIxyz', refusal('decrypt token fail')],
  ])('that is %s is refused', async (_what, value, text) => {
    const { raw } = await start();
    const { status, body } = await raw('GET', SMS_TASK, value === undefined ? {} : { 'x-auth-token': value });
    expect({ status, error_code: body.error_code, error_msg: body.error_msg }).toEqual({
      status: 401,
      error_code: 'APIGW.0301',
      error_msg: text,
    });
  });

  it.each([
    ['revoke', 'APIGW.0307', 'APIGW.0307', 'The token must be updated.'],
    ['expire', 'APIGW.0307', 'APIGW.0307', 'The token must be updated.'],
    ['expire', 'APIGW.0301', 'APIGW.0301', refusal('token expires, expires_at:2026-01-02T03:04:05.000000Z')],
  ] as const)('is refused after POST /simulator/tokens/%s in the dialect %s', async (what, dialect, code, text) => {
    const { raw, token, control } = await start({ clock: () => NOW, settings: { token_refusal: dialect } });
    const old = await token(project);
    expect((await control('POST', `tokens/${what}`)).status).toBe(200);
    const { status, body } = await raw('GET', DCS_TASK, { 'x-auth-token': old });
    expect({ status, error_code: body.error_code, error_msg: body.error_msg }).toEqual({
      status: 401,
      error_code: code,
      error_msg: text,
    });
    expect((await raw('GET', DCS_TASK, { 'x-auth-token': await token(project) })).status).toBe(200);
  });

  it('may be as long as the manual says, and is then verified', async () => {
    const { raw } = await start();
    expect((await raw('GET', SMS_TASK, { 'x-auth-token': 'M'.repeat(16_384) })).body.error_code).toBe('APIGW.0301');
  });

  it('expires by the clock', async () => {
    let now = NOW;
    const { raw, token } = await start({ clock: () => now, settings: { token_ttl_ms: 1000 } });
    const made = await token(domain);
    now += 999;
    expect((await raw('GET', SMS_TASK, { 'x-auth-token': made })).status).toBe(200);
    now += 1;
    expect((await raw('GET', SMS_TASK, { 'x-auth-token': made })).status).toBe(401);
  });
});
