import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  canonicalRequest,
  derivedSignatureOf,
  readAuthorization,
  signatureFits,
  signatureOf,
} from '../../simulator/signature.ts';
import { fixture } from './calling.ts';

type Vector = {
  name: string;
  sk: string;
  method: string;
  url: string;
  query: Record<string, string | number>;
  headers: Record<string, string>;
  body: string;
  canonical_request: string;
  canonical_request_sha256: string;
  signature: string;
  authorization: string;
};

const { vectors } = JSON.parse(fixture('sign-vectors.json')) as { vectors: Vector[] };

const requestOf = ({ method, url, query, headers, body }: Vector) => {
  const { pathname, host } = new URL(url);
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    method,
    path: pathname,
    query: Object.entries(query)
      .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
      .join('&'),
    headers: { ...Object.fromEntries(named), host },
    body: Buffer.from(body),
  };
};

describe('the signature check', () => {
  it.each(vectors)('computes what the official signer computed: $name', (vector) => {
    const authorization = readAuthorization(vector.authorization);
    const canonical = canonicalRequest(requestOf(vector), authorization?.signedHeaders ?? []);
    expect(canonical).toBe(vector.canonical_request);
    expect(createHash('sha256').update(canonical).digest('hex')).toBe(vector.canonical_request_sha256);
    expect(signatureOf(vector.sk, vector.headers['X-Sdk-Date'] ?? '', canonical)).toBe(vector.signature);
  });

  it.each([
    ['another secret', { secret: 'other' }],
    ['another body', { body: Buffer.from('{"resume_mode":"manual"}') }],
    ['another path', { path: '/v2/p/migration-task/t' }],
    ['another query', { query: 'a=1' }],
    ['another method', { method: 'POST' }],
    ['another project header', { headers: { 'x-project-id': 'other' } }],
  ])('refuses %s', (_what, change) => {
    const vector = vectors[1] as Vector;
    const authorization = readAuthorization(vector.authorization) ?? { access: '', signedHeaders: [], signature: '' };
    const { secret, ...other } = { secret: vector.sk, ...change };
    const request = requestOf(vector);
    const changed = {
      ...request,
      ...other,
      headers: { ...request.headers, ...('headers' in change ? change.headers : {}) },
    };
    expect(signatureFits(vector.sk, request, authorization)).toBe(true);
    expect(signatureFits(secret, changed, authorization)).toBe(false);
  });

  it.each([
    ['its own day', '20260102/eu-de/dcs', true],
    ['another day', '20260103/eu-de/dcs', false],
  ])('accepts a derived key only for %s', (_what, derivedFor, fits) => {
    const vector = vectors[0] as Vector;
    const request = requestOf(vector);
    const key = { access: 'A', secret: vector.sk, derivedFor };
    const reading = canonicalRequest(request, ['host', 'x-sdk-date']);
    const signature = derivedSignatureOf(key, String(request.headers['x-sdk-date']), reading);
    const header = `V11-HMAC-SHA256 Credential=A/${derivedFor}, SignedHeaders=host;x-sdk-date, Signature=${signature}`;
    const authorization = readAuthorization(header);
    expect(authorization).toMatchObject({ access: 'A', derivedFor });
    expect(authorization && signatureFits(vector.sk, request, authorization)).toBe(fits);
  });

  it.each([
    'SDK-HMAC-SHA256 Access=A, SignedHeaders=host, Signature=zz',
    'V11-HMAC-SHA256 Credential=A/20260102/eu-de/dcs, SignedHeaders=host, Signature=00',
    'Bearer token',
    '',
  ])('does not read "%s"', (header) => {
    expect(readAuthorization(header)).toBeUndefined();
  });
});
