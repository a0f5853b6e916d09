import { describe, expect, it } from 'vitest';
import { query } from '../../../src/lib/operations/paths.ts';
import { sign } from '../../../src/lib/provider/sign.ts';
import vectors from '../../fixtures/sign-vectors.json' with { type: 'json' };
import { AKSKSigner } from '../../support/sdk-signer.ts';

describe('sign', () => {
  it.each(vectors.vectors)('gives the signature of $name', ({ ak, sk, method, url, headers, body, ...more }) => {
    const values = Object.entries(more.query).filter(([, value]) => value !== undefined);
    const { host, pathname } = new URL(url);
    const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    const { 'x-sdk-date': date, ...rest } = Object.fromEntries(lower) as Record<string, string>;
    const signed = sign({
      method,
      path: values.length === 0 ? pathname : `${pathname}?${query(Object.fromEntries(values))}`,
      headers: { host, ...rest },
      ...(body !== '' && { body }),
      accessKey: ak,
      secretKey: sk,
      date: Date.parse(String(date).replace(/(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)/, '$1-$2-$3:$4:$5')),
    });
    expect(signed.authorization).toBe(more.authorization);
    expect(signed['x-sdk-date']).toBe(date);
  });

  const seed = Number(process.env.SEED ?? 20260102);
  it(`equals the vendor's signer on 2,000 random requests (seed ${seed})`, () => {
    const random = generator(seed);
    for (let round = 0; round < 2000; round++) {
      const request = randomRequest(random);
      const { ours, theirs } = bothSign(request);
      expect(ours, `seed ${seed}, round ${round}: ${JSON.stringify(request)}`).toBe(theirs);
    }
  });

  it('leaves headers unsigned that the gateway does not need', () => {
    const { authorization } = sign({
      ...MINIMAL,
      headers: { host: 'h', accept: 'a', 'user-agent': 'u', 'accept-encoding': 'i' },
    });
    expect(authorization).toContain('SignedHeaders=host;x-sdk-date,');
  });

  it('signs every header that names the account or the project of the request', () => {
    const about = {
      'x-project-id': 'p',
      'x-domain-id': 'd',
      'x-security-token': 't',
      'content-type': 'application/json',
    };
    const { authorization } = sign({ ...MINIMAL, headers: { host: 'h', ...about } });
    expect(authorization).toContain(
      'SignedHeaders=content-type;host;x-domain-id;x-project-id;x-sdk-date;x-security-token,',
    );
  });

  it('signs the value without blanks around it', () => {
    const trimmed = sign({ ...MINIMAL, headers: { host: 'h', 'x-project-id': 'p' } });
    expect(sign({ ...MINIMAL, headers: { host: 'h', 'x-project-id': '  p ' } }).authorization).toBe(
      trimmed.authorization,
    );
  });
});

const MINIMAL = { method: 'GET', path: '/', accessKey: 'AK', secretKey: 'SK', date: 0 };

type Random = (below: number) => number;
type RandomRequest = ReturnType<typeof randomRequest>;

/** mulberry32: a small, seeded generator, which is good enough to vary inputs. */
function generator(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const PATH_SIGNS = 'ABCxyz0189-';
const SIGNS = `${PATH_SIGNS} !"#$%&'()*+,/:;<=>?@[\\]^_\`{|}~\téßЖ中文あ`;

function randomRequest(random: Random) {
  const text = (signs: string, max: number): string => {
    const each = [...signs];
    return Array.from({ length: 1 + random(max) }, () => each[random(each.length)]).join('');
  };
  const maybe = (name: string): Record<string, string> => (random(2) ? { [name]: text(PATH_SIGNS, 40) } : {});
  return {
    method: ['GET', 'PUT', 'POST', 'DELETE'][random(4)] ?? 'GET',
    path: `/${Array.from({ length: 1 + random(4) }, () => text(PATH_SIGNS, 36)).join('/')}${random(5) ? '' : '/'}`,
    headers: {
      ...maybe('x-project-id'),
      ...maybe('x-domain-id'),
      ...maybe('x-security-token'),
      'content-type': 'application/json',
    },
    query: Object.fromEntries(
      Array.from({ length: random(4) }, () => [text(PATH_SIGNS.replaceAll('-', '_'), 9), text(`${SIGNS}😀`, 30)]),
    ),
    ...(random(3) && {
      data: { [text(SIGNS, 9)]: text(`${SIGNS}😀`, 60), n: random(1000), nested: [null, true, text(SIGNS, 9)] },
    }),
    accessKey: text(PATH_SIGNS, 20),
    secretKey: text(`${PATH_SIGNS}+/=`, 40),
    date: 1e12 + random(2 ** 31) * 1000,
  };
}

function bothSign({ data, query: values, ...request }: RandomRequest): {
  ours: string | undefined;
  theirs: string | undefined;
} {
  const host = 'dcs.eu-de.otc.t-systems.com';
  const body = data === undefined ? {} : { body: JSON.stringify(data) };
  const path = Object.keys(values).length === 0 ? request.path : `${request.path}?${query(values)}`;
  const ours = sign({ ...request, path, ...body, headers: { host, ...request.headers } });
  const theirs = AKSKSigner.sign(
    {
      method: request.method,
      endpoint: `https://${host}${request.path}`,
      queryParams: values,
      headers: { ...request.headers, 'X-Sdk-Date': String(ours['x-sdk-date']) },
      ...(data !== undefined && { data }),
    },
    { getAk: () => request.accessKey, getSk: () => request.secretKey },
  );
  return { ours: ours.authorization, theirs: theirs.Authorization };
}
