import { describe, expect, it } from 'vitest';
import {
  AK_SK,
  httpServer,
  json,
  PROJECT,
  providerAt,
  type Reply,
  SMS_READ,
  summarize,
  UPDATE,
} from '../http/servers.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const HOUR = 60 * 60_000;

/** A provider with access keys and a loader with a cache. `reply` is what the cloud answers. */
async function keys(reply: Reply, { clock = () => NOW, secret = AK_SK as object } = {}) {
  let stored = secret;
  let cached = secret;
  const loads: boolean[] = [];
  const { origin, requests } = await httpServer(reply);
  const load = async (refresh: boolean): Promise<string> => {
    loads.push(refresh);
    if (refresh) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      cached = stored;
    }
    return JSON.stringify(cached);
  };
  const provider = providerAt(origin, { clock, load });
  return {
    provider,
    requests,
    loads,
    rotate: (next: object) => {
      stored = next;
    },
  };
}

/** A refusal with the provider's time. */
const refuse =
  (date: number, error_code = 'APIGW.0301'): Reply =>
  (_request, response) =>
    json(response, 401, { error_code }, { date: new Date(date).toUTCString() });

const accept: Reply = (_request, response) => json(response, 200, {});

describe('a signed request', () => {
  it('names to DCS the project of the path, and nothing else', async () => {
    const { provider, requests } = await keys(accept);
    await provider.send(UPDATE);
    expect(requests[0]?.headers).toMatchObject({
      'x-project-id': PROJECT,
      'x-sdk-date': '20260102T030405Z',
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(requests[0]?.headers['x-domain-id']).toBeUndefined();
    expect(requests[0]?.body).toBe(UPDATE.body);
    expect(requests[0]?.url).toBe(UPDATE.path);
  });

  it('names to SMS the account', async () => {
    const { provider, requests } = await keys(accept);
    await provider.send(SMS_READ);
    expect(requests[0]?.headers).toMatchObject({ 'x-domain-id': AK_SK.domain_id });
    expect(requests[0]?.headers['x-project-id']).toBeUndefined();
  });

  it.each([
    ['the project, signed, if only that is known', { domain_id: undefined, project_id: 'p' }, [undefined, 'p']],
    ['the account alone, if both are known', { domain_id: 'd', project_id: 'p' }, ['d', undefined]],
  ])('names to SMS %s', async (_what, ids, [domain, project]) => {
    const { provider, requests } = await keys(accept, { secret: { ...AK_SK, ...ids } });
    await provider.send(SMS_READ);
    expect(requests[0]?.headers['x-domain-id']).toBe(domain);
    expect(requests[0]?.headers['x-project-id']).toBe(project);
    expect(requests[0]?.headers.authorization).toContain(`x-${project === undefined ? 'domain' : 'project'}-id;`);
  });

  it('is not sent to SMS with keys that name neither, but is sent to DCS', async () => {
    const { provider, requests } = await keys(accept, {
      secret: { kind: 'ak-sk', access_key: 'a', secret_key: 'b' },
    });
    const answer = await provider.send(SMS_READ);
    expect(answer).toMatchObject({
      executed: 'no',
      error: {
        code: 'credentials_malformed',
        message: expect.stringMatching(/: SMS needs domain_id, the id of the account, or project_id/),
      },
    });
    expect(requests).toHaveLength(0);
    expect(await provider.send(UPDATE)).toMatchObject({ ok: true });
  });

  it('names to DCS the project of the path, never that of the credential', async () => {
    const { provider, requests } = await keys(accept, { secret: { ...AK_SK, project_id: 'p' } });
    await provider.send(UPDATE);
    expect(requests[0]?.headers['x-project-id']).toBe(PROJECT);
  });

  it('carries and signs the token of temporary keys', async () => {
    const { provider, requests } = await keys(accept, { secret: { ...AK_SK, security_token: 'session' } });
    await provider.send(UPDATE);
    expect(requests[0]?.headers['x-security-token']).toBe('session');
    expect(requests[0]?.headers.authorization).toContain('x-sdk-date;x-security-token');
  });

  it('sends text beyond ASCII as the bytes that were signed', async () => {
    const { provider, requests } = await keys(accept);
    await provider.send({ ...UPDATE, body: '{"description":"Пример 中 😀"}' });
    expect(requests[0]?.body).toBe('{"description":"Пример 中 😀"}');
  });
});

describe('a refused signature', () => {
  it("is repeated once with the provider's time if our clock is off", async () => {
    const { provider, requests, loads } = await keys((one, response, count) =>
      count === 1 ? refuse(NOW + HOUR)(one, response, count) : accept(one, response, count),
    );
    expect(summarize(await provider.send(UPDATE))).toBe('ok 200');
    expect(requests.map(({ headers }) => headers['x-sdk-date'])).toEqual(['20260102T030405Z', '20260102T040405Z']);
    expect(loads).not.toContain(true);
  });

  it('leaves the corrected clock to later requests', async () => {
    const { provider, requests } = await keys((one, response, count) =>
      count === 1 ? refuse(NOW - HOUR)(one, response, count) : accept(one, response, count),
    );
    await provider.send(UPDATE);
    await provider.send(UPDATE);
    expect(requests[2]?.headers['x-sdk-date']).toBe('20260102T020405Z');
  });

  it('by a clock that was already corrected is not repeated', async () => {
    const { provider, requests } = await keys((one, response, count) =>
      count === 2 ? accept(one, response, count) : refuse(NOW + HOUR)(one, response, count),
    );
    await provider.send(UPDATE);
    expect(summarize(await provider.send(UPDATE))).toBe('APIGW.0301, executed no');
    expect(requests).toHaveLength(3);
  });

  it('is final after one repeat, so that no key is locked', async () => {
    let date = NOW;
    const { provider, requests } = await keys((one, response, count) => {
      date += HOUR;
      refuse(date)(one, response, count);
    });
    expect(summarize(await provider.send(UPDATE))).toBe('APIGW.0301, executed no');
    expect(requests).toHaveLength(2);
  });

  it('is final at once when the clock is right and the secret the same', async () => {
    const { provider, requests, loads } = await keys(refuse(NOW + 60_000));
    expect(summarize(await provider.send(UPDATE))).toBe('APIGW.0301, executed no');
    expect({ requests: requests.length, loads }).toEqual({ requests: 1, loads: [false, true] });
  });

  it('is repeated once with a secret that was rotated', async () => {
    const { provider, requests, rotate } = await keys((one, response, count) =>
      one.headers.authorization?.includes('Access=NEWKEY')
        ? accept(one, response, count)
        : refuse(NOW)(one, response, count),
    );
    rotate({ ...AK_SK, access_key: 'NEWKEY' });
    expect(summarize(await provider.send(UPDATE))).toBe('ok 200');
    expect(requests).toHaveLength(2);
  });

  it('makes many requests load the secret once', async () => {
    const { provider, loads } = await keys(refuse(NOW));
    await Promise.all(Array.from({ length: 5 }, () => provider.send(UPDATE)));
    expect(loads.filter((refresh) => refresh)).toHaveLength(1);
  });

  it.each(['garbage', ''])('does not take %j as a time', async (date) => {
    const { provider, requests } = await keys((_request, response) => json(response, 401, {}, { date }));
    await provider.send(UPDATE);
    expect(requests).toHaveLength(1);
  });

  it.each([
    [403, 'APIGW.0302'],
    [401, 'DCS.1004'],
    [401, 'APIGW.0311'],
  ])('with %i %s is final at once', async (status, error_code) => {
    const { provider, requests, loads } = await keys((_request, response) =>
      json(response, status, { error_code }, { date: new Date(NOW + HOUR).toUTCString() }),
    );
    expect(summarize(await provider.send(UPDATE))).toBe(`${error_code}, executed no`);
    expect({ requests: requests.length, loads }).toEqual({ requests: 1, loads: [false] });
  });
});

describe('a request in doubt', () => {
  it.each([500, 504])(
    'is not a refused credential: with %i it is not sent again, whatever clock and secret say',
    async (status) => {
      const { provider, requests, loads, rotate } = await keys((_request, response) =>
        json(response, status, {}, { date: new Date(NOW + HOUR).toUTCString() }),
      );
      rotate({ ...AK_SK, access_key: 'NEWKEY' });
      expect(summarize(await provider.send(UPDATE))).toBe(`http_${status}, executed unknown`);
      expect({ requests: requests.length, loads }).toEqual({ requests: 1, loads: [false] });
    },
  );

  it('is not a refused credential: it is not sent again after a cut connection, even with a rotated secret', async () => {
    const { provider, requests, loads, rotate } = await keys((_request, response) => response.destroy());
    rotate({ ...AK_SK, access_key: 'NEWKEY' });
    expect(summarize(await provider.send(UPDATE))).toBe('connection_reset, executed unknown');
    expect({ requests: requests.length, loads }).toEqual({ requests: 1, loads: [false] });
  });
});

describe('a secret', () => {
  const rejects = (): Promise<string> => Promise.reject(new Error('CANARY'));
  const throws = (): Promise<string> => {
    throw new Error('CANARY');
  };

  it.each([rejects, throws])('whose loading $name means that nothing was sent', async (load) => {
    const { origin, requests } = await httpServer(accept);
    const provider = providerAt(origin, { load });
    const answer = await provider.send(UPDATE);
    expect(summarize(answer)).toBe('credentials_unavailable, executed no');
    expect(JSON.stringify(answer)).not.toContain('CANARY');
    expect(requests).toHaveLength(0);
  });

  it('of a wrong shape means that nothing was sent, and names the field', async () => {
    const { provider, requests } = await keys(accept, { secret: { ...AK_SK, secret_key: 'with blank' } });
    const answer = await provider.send(UPDATE);
    expect(answer).toMatchObject({ executed: 'no', error: { code: 'credentials_malformed' } });
    expect(answer).toMatchObject({
      error: { message: expect.stringMatching(/secret_key is missing or not acceptable$/) },
    });
    expect(requests).toHaveLength(0);
  });

  it('that cannot be loaded again leaves the refusal as it is', async () => {
    const { origin, requests } = await httpServer(refuse(NOW));
    const load = (refresh: boolean): Promise<string> =>
      refresh ? Promise.reject(new Error()) : Promise.resolve(JSON.stringify(AK_SK));
    expect(summarize(await providerAt(origin, { load, clock: () => NOW }).send(UPDATE))).toBe(
      'APIGW.0301, executed no',
    );
    expect(requests).toHaveLength(1);
  });
});
