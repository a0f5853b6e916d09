import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createBreaker } from '../../../src/lib/provider/breaker.ts';
import { failure } from '../../../src/lib/provider/failures.ts';
import { type BreakerRow, breakerWait, type ServiceBreakerStore } from '../../../src/lib/relay/breaker-store.ts';
import type { Failure } from '../../../src/lib/relay/completion.ts';
import type { Answer, ProviderRequest } from '../../../src/lib/relay/provider.ts';

const TIMES = { minDelay: 10_000, maxDelay: 60_000, probe: 4000, rowAge: 5000 };
const OK: Answer = { ok: true, status: 200, body: {} };
const PUT: ProviderRequest = {
  service: 'dcs',
  method: 'PUT',
  path: '/v2/p/migration-task/t',
  body: '{"a":1}',
  probePath: '/v2/p/migration-task/t/shown',
  projectId: 'p',
  newConnection: true,
  deadline: 5000,
};
const GET: ProviderRequest = {
  service: 'dcs',
  method: 'GET',
  path: '/v2/p/migration-task/t',
  projectId: 'p',
  deadline: 3000,
};
/** A request of one of several tasks. */
const of = (task: number, request = PUT): ProviderRequest => ({
  ...request,
  path: `${request.path}${task}`,
  ...(request.probePath && { probePath: `${request.probePath}${task}` }),
});
const answered = (status: number): Failure => ({
  ...failure('request_timeout'),
  executed: status >= 500 ? 'unknown' : 'no',
  status,
});

const refused = (status: number, what: 'conflict' | 'unknown'): Failure => {
  const { error, ...answer } = answered(status);
  return { ...answer, error: { ...error, class: what } };
};

/** A breaker in front of a provider with the set answer, which takes a second, and a store that records its calls. */
function createStepped() {
  const rows = new Map<string, BreakerRow>();
  const stored: string[] = [];
  const asked: ProviderRequest[] = [];
  const surroundings = { now: 1_000_000, answer: OK as Answer, isTaken: true, took: 0, wait: async () => {} };
  const store: ServiceBreakerStore = {
    async read(name) {
      stored.push(`read ${name}`);
      return rows.get(name);
    },
    async fail(name, until, mark) {
      const { failures = 0, failed = [] } = rows.get(name) ?? {};
      const row = { failures: failures + 1, until, failed: [...new Set([...failed, mark ?? ''])] };
      stored.push(`fail ${name} for ${until - surroundings.now}`);
      rows.set(name, row);
      return row;
    },
    async suspect(name, mark, now) {
      const row = rows.get(name) ?? { failures: 0, until: 0 };
      const noted = { ...row, failed: [...new Set([...(row.failed ?? []), mark])] };
      stored.push(`suspect ${name} at ${now - surroundings.now}`);
      rows.set(name, noted);
      return noted;
    },
    async tryProbe(name, now, until) {
      stored.push(`take ${name} at ${now - surroundings.now} for ${until - now}`);
      return surroundings.isTaken;
    },
    async release(name) {
      stored.push(`release ${name}`);
    },
    async clear(name, sick = [], until = 0) {
      stored.push(`clear ${name}`);
      rows.set(name, { failures: 0, until: 0, sick, sickUntil: until });
    },
  };
  const send = async (request: ProviderRequest) => {
    asked.push(request);
    surroundings.now += surroundings.took;
    await surroundings.wait();
    return surroundings.answer;
  };
  const breaker = createBreaker({ send }, store, TIMES, () => surroundings.now);
  return { breaker, store, rows, stored, asked, surroundings };
}

/** The same with an open breaker: five tasks failed, and a probe of a sixth, so that ten seconds are left to wait. */
async function createOpen() {
  const stepped = createStepped();
  stepped.surroundings.answer = answered(503);
  for (let task = 1; task <= 6; task++) await stepped.breaker.send(of(task));
  stepped.asked.length = 0;
  stepped.stored.length = 0;
  return stepped;
}
const PAUSED = {
  ok: false,
  executed: 'no',
  circuitOpen: true,
  error: {
    class: 'service_error',
    code: 'provider_paused',
    remedy: 'later',
    message: 'the provider failed several times in a row, so nothing was sent',
    advice:
      "Nothing to do yet: the relay checks whether the provider is back; ask the provider's support if it persists.",
  },
};

describe('a failure', () => {
  it.each([
    ...[500, 502, 503, 599].map((status) => [String(status), answered(status)] as const),
    ...(
      [
        'request_timeout',
        'connection_reset',
        'connection_refused',
        'connect_timeout',
        'connection_failed',
        'dns_failed',
        'tls_failed',
      ] as const
    ).map((code) => [code, failure(code)] as const),
  ])('%s of five tasks in a row opens the breaker', async (_what, answer) => {
    const { breaker, asked, surroundings } = createStepped();
    surroundings.answer = answer;
    for (let task = 1; task <= 8; task++) await breaker.send(of(task));
    const sent = [...Array(5).fill('PUT'), 'GET'];
    expect(asked.map(({ method }) => method)).toEqual(sent);
  });

  it.each([
    ['500', answered(500), true],
    ['request_timeout', failure('request_timeout'), true],
    ['connection_reset', failure('connection_reset'), true],
    ['503 of a gateway that reached nobody', { ...answered(503), executed: 'no' as const }, false],
    ['connection_refused', failure('connection_refused'), false],
  ])('%s of one task, again and again, holds back that task; other tasks may pass: %s', async (_what, answer, pass) => {
    const { breaker, asked, surroundings } = createStepped();
    surroundings.answer = answer;
    for (let count = 0; count < 9; count++) await breaker.send(PUT);
    expect(asked.length).toBe(6);
    surroundings.answer = OK;
    asked.length = 0;
    expect((await breaker.send(of(2))).ok).toBe(pass);
    expect(asked.map(({ method }) => method)).toEqual(pass ? ['PUT'] : []);
  });

  it('of one task six times holds back that task, which probes with growing delays', async () => {
    const { breaker, asked, stored, surroundings } = createStepped();
    surroundings.answer = answered(500);
    for (let count = 0; count < 6; count++) await breaker.send(PUT);
    expect(await breaker.send(PUT)).toStrictEqual({ ...PAUSED, retryAfter: 10_000 });
    stored.length = 0;
    asked.length = 0;
    surroundings.now += 10_000;
    await breaker.send(PUT);
    expect(asked.map(({ method }) => method)).toEqual(['GET']);
    expect(stored.filter((line) => line.startsWith('fail'))).toEqual([
      expect.stringMatching(/^fail dcs#p#\w{16} for 20000$/),
    ]);
    surroundings.now += 20_000;
    surroundings.answer = OK;
    expect(await breaker.send(PUT)).toBe(OK);
    expect(await breaker.send(PUT)).toBe(OK);
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'GET', 'PUT', 'PUT']);
  });

  it.each([
    ['499', answered(499)],
    ['429', answered(429)],
    ['of the credentials', failure('credentials_unavailable')],
  ])('%s is not a failure of the service', async (_what, answer) => {
    const { breaker, asked, stored, surroundings } = createStepped();
    surroundings.answer = answer;
    for (let task = 1; task <= 6; task++) await breaker.send(of(task));
    expect(asked).toHaveLength(6);
    expect(stored).toEqual(['read dcs#p']);
  });

  it('of a probe doubles the delay before the next one', async () => {
    const { breaker, rows, stored, surroundings } = createStepped();
    surroundings.answer = answered(500);
    for (let failures = 0; failures < 6; failures++) {
      rows.set('dcs#p', { failures, until: 0, failed: ['a', 'b', 'c', 'd', 'e'] });
      surroundings.now += TIMES.rowAge;
      await breaker.send(of(failures));
    }
    const waits = [0, 1, 2, 3, 4, 5].map((beyond) => `fail dcs#p for ${breakerWait(beyond, TIMES)}`);
    expect(stored.filter((line) => line.startsWith('fail'))).toEqual(waits);
  });
});

describe('a 5xx', () => {
  it.each([503, 520])('without an explanation counts as a failure of the service: %i', async (status) => {
    const { breaker, stored, surroundings } = createStepped();
    surroundings.answer = status === 520 ? refused(status, 'unknown') : answered(status);
    await breaker.send(PUT);
    expect(stored).toEqual(['read dcs#p', 'suspect dcs#p at 0']);
  });
});

describe('a success', () => {
  it('without an earlier failure costs no write', async () => {
    const { breaker, stored } = createStepped();
    for (let count = 0; count < 3; count++) await breaker.send(PUT);
    expect(stored).toEqual(['read dcs#p']);
  });

  it.each<[string, Answer]>([
    ['of the call', OK],
    ['of the service, which refuses', answered(400)],
    // DCS.4069, a conflict, comes as 500.
    ['of the service, which refuses with a 5xx', refused(500, 'conflict')],
  ])('%s after failures clears them, once', async (_what, answer) => {
    const { breaker, stored, surroundings } = createStepped();
    surroundings.answer = answered(503);
    await breaker.send(PUT);
    surroundings.answer = answer;
    await breaker.send(PUT);
    await breaker.send(PUT);
    expect(stored.filter((line) => !line.startsWith('read'))).toEqual(['suspect dcs#p at 0', 'clear dcs#p']);
  });

  it('is not an answer that did not come from the service', async () => {
    const { breaker, stored, surroundings } = createStepped();
    surroundings.answer = answered(503);
    await breaker.send(PUT);
    surroundings.answer = failure('credentials_unavailable');
    await breaker.send(PUT);
    surroundings.answer = { ...answered(401), unasked: true };
    await breaker.send(PUT);
    expect(stored.filter((line) => !line.startsWith('read'))).toEqual(['suspect dcs#p at 0']);
  });
});

describe('a task that fails while others succeed', () => {
  /** Four tasks failed, then another succeeded. */
  async function besideSick() {
    const stepped = createStepped();
    const { breaker, surroundings } = stepped;
    surroundings.answer = answered(503);
    for (let task = 1; task <= 4; task++) await breaker.send(of(task));
    surroundings.answer = OK;
    await breaker.send(of(9));
    surroundings.answer = answered(503);
    stepped.stored.length = 0;
    return stepped;
  }

  it('does not count again', async () => {
    const { breaker, stored } = await besideSick();
    for (let task = 1; task <= 4; task++) await breaker.send(of(task));
    expect(stored.filter((line) => !/ dcs#p#\w{16}/.test(line))).toEqual([]);
  });

  it('leaves it to five other tasks to open the breaker', async () => {
    const { breaker, asked } = await besideSick();
    for (let task = 1; task <= 9; task++) await breaker.send(of(task));
    asked.length = 0;
    await breaker.send(of(10));
    expect(asked.map(({ method }) => method)).toEqual(['GET']);
  });

  it('counts again once a request of its own succeeded', async () => {
    const { breaker, stored, surroundings } = await besideSick();
    surroundings.answer = OK;
    await breaker.send(of(2));
    surroundings.answer = answered(503);
    await breaker.send(of(2));
    await breaker.send(of(3));
    expect(stored.filter((line) => !/ dcs#p#\w{16}/.test(line))).toEqual(['clear dcs#p', 'suspect dcs#p at 0']);
  });

  it('counts again after an hour', async () => {
    const { breaker, stored, surroundings } = await besideSick();
    surroundings.now += 3_600_000;
    await breaker.send(of(2));
    expect(stored).toEqual(['read dcs#p', 'suspect dcs#p at 0']);
  });
});

describe('the row of the breaker', () => {
  it('is used for as long as it is fresh', async () => {
    const { breaker, stored, surroundings } = createStepped();
    await breaker.send(PUT);
    surroundings.now += TIMES.rowAge - 1;
    await breaker.send(PUT);
    expect(stored).toEqual(['read dcs#p']);
    surroundings.now += 1;
    await breaker.send(PUT);
    expect(stored).toEqual(['read dcs#p', 'read dcs#p']);
  });

  it('is read again after it could not be read or written', async () => {
    const { breaker, store, stored, surroundings } = createStepped();
    const { read, suspect } = store;
    store.read = () => Promise.reject(new Error('away'));
    await expect(breaker.send(PUT)).rejects.toThrow('away');
    store.read = read;
    store.suspect = () => Promise.reject(new Error('away'));
    surroundings.answer = answered(503);
    expect(await breaker.send(PUT)).toBe(surroundings.answer);
    store.suspect = suspect;
    await breaker.send(PUT);
    expect(stored).toEqual(['read dcs#p', 'read dcs#p', 'suspect dcs#p at 0']);
  });
});

describe('a read ahead of the first request', () => {
  it('saves that request its own read', async () => {
    const { breaker, stored, asked } = createStepped();
    breaker.prefetch({ service: 'dcs', projectId: 'p' });
    breaker.prefetch({ service: 'dcs', projectId: 'p' });
    expect(await breaker.send(PUT)).toBe(OK);
    expect(stored).toEqual(['read dcs#p']);
    expect(asked).toEqual([PUT]);
  });

  it('that fails is repeated once for all waiting requests', async () => {
    const { breaker, store, stored } = createStepped();
    const { read } = store;
    const away = Promise.withResolvers<never>();
    store.read = () => away.promise;
    breaker.prefetch({ service: 'dcs', projectId: 'p' });
    const sent = [breaker.send(PUT), breaker.send(PUT)];
    store.read = read;
    away.reject(new Error('away'));
    expect(await Promise.all(sent)).toEqual([OK, OK]);
    expect(stored).toEqual(['read dcs#p']);
  });

  it('that fails while no request waits has no effect', async () => {
    const { breaker, store, stored } = createStepped();
    const { read } = store;
    store.read = () => Promise.reject(new Error('away'));
    breaker.prefetch({ service: 'dcs', projectId: 'p' });
    await sleep(1);
    store.read = read;
    expect(await breaker.send(PUT)).toBe(OK);
    expect(stored).toEqual(['read dcs#p']);
  });
});

describe('answers that come at the same time', () => {
  it('each count, also when the one before could not be written', async () => {
    const { breaker, store, stored, surroundings } = createStepped();
    surroundings.answer = answered(503);
    await breaker.send(of(1, GET));
    const { suspect } = store;
    store.suspect = () => Promise.reject(new Error('away'));
    const waits = [Promise.resolve(), sleep(10)];
    surroundings.wait = async () => waits.shift();
    const both = [breaker.send(of(2)), breaker.send(of(3))];
    await both[0];
    store.suspect = suspect;
    await both[1];
    expect(stored).toEqual(['read dcs#p', 'suspect dcs#p at 0', 'suspect dcs#p at 0']);
  });
});

describe('a service whose breaker is open', () => {
  it('gets no request until the delay is over, and the answer says how long that takes', async () => {
    const { breaker, asked, stored, surroundings } = await createOpen();
    surroundings.now += 4000;
    expect(await breaker.send(of(7))).toStrictEqual({ ...PAUSED, retryAfter: 6000 });
    expect(asked).toEqual([]);
    expect(stored).toEqual([]);
  });

  it('is probed by the worker that takes the probe, from the last millisecond of the delay on', async () => {
    const { breaker, asked, stored, surroundings } = await createOpen();
    surroundings.now += 9999;
    surroundings.isTaken = false;
    expect(await breaker.send(of(7))).toMatchObject({ retryAfter: 1 });
    surroundings.now += 1;
    expect(await breaker.send(of(7))).toStrictEqual({ ...PAUSED, retryAfter: TIMES.minDelay });
    expect(asked).toEqual([]);
    expect(stored).toEqual(['read dcs#p', 'take dcs#p at 0 for 4000']);
  });

  it('is read first, without the request’s body, and then gets the request in the time that is left', async () => {
    const { breaker, asked, stored, surroundings } = await createOpen();
    Object.assign(surroundings, { now: surroundings.now + 10_000, answer: OK, took: 1200 });
    expect(await breaker.send(of(7))).toBe(OK);
    const { body: _body, newConnection: _fresh, probePath, ...rest } = of(7);
    expect(asked).toStrictEqual([
      { ...rest, method: 'GET', path: probePath },
      { ...of(7), deadline: 3800 },
    ]);
    expect(stored).toEqual(['read dcs#p', 'take dcs#p at 0 for 4000', 'clear dcs#p', 'clear dcs#p#suspects']);
  });

  it('that fails the probe does not get the request, and the next delay is longer', async () => {
    const { breaker, asked, stored, surroundings } = await createOpen();
    surroundings.now += 10_000;
    expect(await breaker.send(of(7))).toStrictEqual({ ...PAUSED, retryAfter: TIMES.minDelay });
    expect(asked.map(({ method }) => method)).toEqual(['GET']);
    expect(stored.at(-1)).toBe('fail dcs#p for 20000');
  });

  it('that refuses the probe is reachable, and gets the request', async () => {
    const { breaker, asked, surroundings } = await createOpen();
    Object.assign(surroundings, { now: surroundings.now + 10_000, answer: answered(404) });
    expect(await breaker.send(of(7))).toBe(surroundings.answer);
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'PUT']);
  });

  it.each<[string, ProviderRequest]>([
    ['a reading', GET],
    ['a reading that names another', { ...GET, probePath: '/v2/p/migration-task/u' }],
  ])('is probed with %s itself, once', async (_what, reading) => {
    const { breaker, asked, surroundings } = await createOpen();
    Object.assign(surroundings, { now: surroundings.now + 10_000, answer: OK });
    expect(await breaker.send(reading)).toBe(OK);
    expect(asked).toStrictEqual([reading]);
  });

  it('is probed with the request itself if that names no path for a probe', async () => {
    const { breaker, asked, surroundings } = await createOpen();
    Object.assign(surroundings, { now: surroundings.now + 10_000, answer: OK });
    const { probePath: _none, ...bare } = PUT;
    expect(await breaker.send(bare)).toBe(OK);
    expect(asked).toStrictEqual([bare]);
  });

  it('is probed separately for a task that failed itself, which delays no other task', async () => {
    const { breaker, asked, stored, surroundings } = await createOpen();
    surroundings.now += 10_000;
    expect(await breaker.send(of(1))).toStrictEqual({ ...PAUSED, retryAfter: 20_000 });
    surroundings.now += 20_000;
    expect(await breaker.send(of(1))).toStrictEqual({ ...PAUSED, retryAfter: TIMES.minDelay });
    expect(await breaker.send(of(7))).toStrictEqual({ ...PAUSED, retryAfter: TIMES.minDelay });
    expect(asked.map(({ path }) => path.at(-1))).toEqual(['1', '7']);
    expect(stored.filter((line) => !line.startsWith('read'))).toEqual([
      'take dcs#p#suspects at 0 for 4000',
      'fail dcs#p#suspects for 10000',
      'take dcs#p at 0 for 4000',
      'fail dcs#p for 20000',
    ]);
  });
});
