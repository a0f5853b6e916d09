import { timingSafeEqual } from 'node:crypto';
import type { AccessKey } from './credentials.ts';
import { ProviderError, refuse } from './errors.ts';
import { type Authorization, canonicalRequest, readAuthorization, type Signed, signatureFits } from './signature.ts';

const TOLERANCE_MS = 15 * 60_000;
const FAILURES_BEFORE_LOCK = 5;

/** Verifies signatures. A key is locked after more than five failures in a row. */
export interface Keys {
  verify(request: Signed, lockoutMs: number): AccessKey;
  access(header: string): string;
  reset(): void;
}

interface Failures {
  count: number;
  lockedUntil: number;
}

const DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

function checkDate(date: string, now: number): void {
  const time = Date.parse(date.replace(DATE, '$1-$2-$3T$4:$5:$6Z'));
  if (!DATE.test(date) || Number.isNaN(time)) refuse('APIGW.0301', 'x-sdk-date not found or invalid');
  const server = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  if (Math.abs(now - time) > TOLERANCE_MS) {
    refuse('APIGW.0301', `signature expired, signature time:${date},server time:${server}`);
  }
}

const sameText = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** The security token may be unsigned, because Terraform's provider adds it after signing and the service accepts that. */
function checkSecurityToken(key: AccessKey, request: Signed): void {
  const sent = request.headers['x-security-token'];
  if (sent === undefined && key.securityToken === undefined) return;
  if (!sameText(String(sent ?? ''), key.securityToken ?? '')) refuse('APIGW.0301', 'verify security token fail');
}

function checkSignature(key: AccessKey | undefined, request: Signed, authorization: Authorization): AccessKey {
  const { access, signedHeaders } = authorization;
  if (key === undefined) throw new ProviderError('APIGW.0301', `ak ${access} not exist`);
  checkSecurityToken(key, request);
  if (!signedHeaders.includes('x-sdk-date')) refuse('APIGW.0301', 'x-sdk-date not signed');
  if (signatureFits(key.secret, request, authorization)) return key;
  const computed = canonicalRequest(request, signedHeaders).replaceAll('\n', '|');
  return refuse('APIGW.0301', `verify aksk signature fail, canonicalRequest:${computed}`);
}

/** Creates the verifier for these keys. It throws APIGW.0301 with the gateway's reasons (signing guide, error table). */
export function createKeys(accessKeys: readonly AccessKey[], clock: () => number): Keys {
  const byAccess = new Map(accessKeys.map((key) => [key.access, key]));
  const failures = new Map<string, Failures>();

  const fail = (access: string, lockoutMs: number): void => {
    const count = (failures.get(access)?.count ?? 0) + 1;
    const locked = count > FAILURES_BEFORE_LOCK;
    failures.set(access, { count: locked ? 0 : count, lockedUntil: locked ? clock() + lockoutMs : 0 });
  };

  return {
    access: (header) => readAuthorization(header)?.access ?? 'unreadable',
    reset: () => failures.clear(),
    verify: (request, lockoutMs) => {
      const authorization = readAuthorization(String(request.headers.authorization));
      if (authorization === undefined) throw new ProviderError('APIGW.0301', 'authorization header unreadable');
      const { access } = authorization;
      if ((failures.get(access)?.lockedUntil ?? 0) > clock()) {
        refuse('APIGW.0301', 'AK access failed to reach the limit,forbidden.');
      }
      try {
        checkDate(String(request.headers['x-sdk-date'] ?? ''), clock());
        const key = checkSignature(byAccess.get(access), request, authorization);
        failures.delete(access);
        return key;
      } catch (reason) {
        fail(access, lockoutMs);
        throw reason;
      }
    },
  };
}
