import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AwsCredentials, type AwsRequest, createSigner } from '../../../src/lib/aws/sign.ts';

/** SHA-256, and HMAC with a key, in the form that the official signer needs. */
class Sha256 {
  #hash;
  constructor(key?: string | Uint8Array) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  }
  update(data: string | Uint8Array) {
    this.#hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
  reset() {}
}

/** The signature of the same call by AWS's own package. */
async function official(
  { service, region }: Place,
  { host, path, contentType, target, body }: AwsRequest,
  credentials: AwsCredentials,
  now: number,
) {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const identity = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  const signer = new SignatureV4({
    service,
    region,
    credentials: identity,
    sha256: Sha256 as never,
    applyChecksum: false,
  });
  const { headers } = await signer.sign(
    {
      ...{ method: 'POST', protocol: 'https:', hostname: host, path, body },
      headers: { host, 'content-type': contentType, 'x-amz-target': target },
    },
    { signingDate: new Date(now) },
  );
  return headers;
}

interface Place {
  service: string;
  region: string;
}
const HERE: Place = { service: 'dynamodb', region: 'eu-central-1' };
const REQUEST: AwsRequest = {
  host: 'dynamodb.eu-central-1.amazonaws.com',
  path: '/',
  contentType: 'application/x-amz-json-1.0',
  target: 'DynamoDB_20120810.GetItem',
  body: '{}',
};
const KEYS: AwsCredentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};

const word = fc.stringMatching(/^[A-Za-z0-9/+=]{1,80}$/);
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
const aRequest = fc.record({
  host: fc.stringMatching(/^[a-z][a-z0-9-]{0,30}(\.[a-z]{2,9}){1,3}(:[1-9]\d{1,3})?$/),
  path: fc.constantFrom('/', '/base', '/base/path'),
  contentType: fc.constantFrom('application/x-amz-json-1.0', 'application/x-amz-json-1.1'),
  target: fc.stringMatching(/^[A-Za-z0-9_]{1,30}\.[A-Za-z]{1,30}$/),
  body: fc.oneof(fc.json(), fc.string({ unit: 'binary', maxLength: 2000 })),
});
const someCredentials = fc.record({
  accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/),
  secretAccessKey: word,
  sessionToken: fc.option(word, { nil: undefined }),
});

describe('the signature of a call', () => {
  it('equals that of the official package, whatever is called, by whom and when', async () => {
    const places = fc.record({ service: name, region: name });
    const times = fc.date({ min: new Date(0), max: new Date('2099-12-31T23:59:59Z'), noInvalidDate: true });
    await fc.assert(
      fc.asyncProperty(places, aRequest, someCredentials, times, async (place, request, credentials, time) => {
        const made = createSigner(place.service, place.region)(request, credentials, time.getTime());
        expect(made).toEqual(await official(place, request, credentials, time.getTime()));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['plain', '{}'],
    ['beyond ASCII', '{"t":"ä漢😀\u0000"}'],
    ['a lone surrogate, which goes over the wire as its replacement', '"\ud800"'],
    ['empty', ''],
    ['large', 'x'.repeat(300_000)],
  ])('is the official one for a body that is %s', async (_what, body) => {
    const now = Date.UTC(2026, 0, 1);
    const made = createSigner(HERE.service, HERE.region)({ ...REQUEST, body }, KEYS, now);
    expect(made).toEqual(await official(HERE, { ...REQUEST, body }, KEYS, now));
  });

  it('changes with the day, the secret and the token under one signer', async () => {
    const sign = createSigner(HERE.service, HERE.region);
    const evening = Date.UTC(2026, 11, 31, 23, 59, 59, 999);
    const other = { ...KEYS, secretAccessKey: 'another', sessionToken: 'token' };
    for (const [credentials, now] of [
      [KEYS, evening],
      [KEYS, evening + 1],
      [other, evening + 1],
      [{ ...other, sessionToken: 'renewed' }, evening + 1],
      [KEYS, evening],
    ] as const)
      expect(sign(REQUEST, credentials, now)).toEqual(await official(HERE, REQUEST, credentials, now));
  });

  it('does not reveal the secret', () => {
    const made = createSigner(HERE.service, HERE.region)(REQUEST, { ...KEYS, sessionToken: 'token' }, 0);
    expect(JSON.stringify(made)).not.toContain(KEYS.secretAccessKey);
  });
});
