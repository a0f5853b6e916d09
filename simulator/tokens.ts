import { randomBytes } from 'node:crypto';
import { DEFAULT_DOMAIN_ID, type User } from './credentials.ts';
import { ProviderError, type Reply, refuse } from './errors.ts';
import type { Settings } from './settings.ts';
import { findUser, keystoneError, readTokenRequest, type Scope, scopeOf, type TokenRequest } from './token-request.ts';

interface Token {
  user: User;
  method: string;
  scope: Scope;
  expires: number;
  revoked: boolean;
}

/** Issues tokens for a password or another token, and verifies them. */
export interface Tokens {
  issue(body: unknown, catalog: boolean): Reply;
  verify(token: string): { user: User; scope: Scope };
  revoke(): number;
  expire(): number;
  reset(): void;
}

/** Keystone shows UTC with microseconds, such as 2019-02-13T06:52:13.855000Z (IAM manual, token reply). */
const microseconds = (time: number): string => new Date(time).toISOString().replace('Z', '000Z');

/** Creates the token service of these users. The clock gives milliseconds since 1970. */
export function createTokens(users: readonly User[], clock: () => number, settings: () => Settings): Tokens {
  const issued = new Map<string, Token>();

  const isValid = ({ revoked, expires }: Token): boolean => !revoked && expires > clock();

  const login = ({ identity }: TokenRequest): User => {
    if ('password' in identity) return findUser(users, identity.password.user);
    const token = issued.get(identity.token.id);
    if (token === undefined || !isValid(token)) throw keystoneError(401, 'The token is wrong or has expired.');
    return token.user;
  };

  const answer = ({ user, method, scope, expires }: Token, catalog: boolean): unknown => ({
    token: {
      expires_at: microseconds(expires),
      issued_at: microseconds(clock()),
      methods: [method],
      roles: [{ id: '0', name: 'te_admin' }],
      user: {
        id: user.id ?? user.name,
        name: user.name,
        domain: { id: user.domainId ?? DEFAULT_DOMAIN_ID, name: user.domain },
      },
      ...scope,
      ...(catalog ? { catalog: [{ type: 'dcs', name: 'dcs', id: '0', endpoints: [] }] } : {}),
    },
  });

  const expired = ({ expires }: Token): never =>
    settings().token_refusal === 'APIGW.0307'
      ? refuse('APIGW.0307')
      : refuse('APIGW.0301', `token expires, expires_at:${microseconds(expires)}`);

  return {
    issue: (body, catalog) => {
      const request = readTokenRequest(body);
      const user = login(request);
      const token = {
        user,
        method: 'password' in request.identity ? 'password' : 'token',
        scope: scopeOf(user, request.scope),
        expires: clock() + settings().token_ttl_ms,
        revoked: false,
      };
      const text = `MII${randomBytes(900).toString('base64url')}`;
      issued.set(text, token);
      return { status: 201, body: answer(token, catalog), headers: { 'X-Subject-Token': text } };
    },
    verify: (text) => {
      const token = issued.get(text);
      if (token === undefined) throw new ProviderError('APIGW.0301', 'decrypt token fail');
      if (token.revoked) refuse('APIGW.0307');
      if (token.expires <= clock()) expired(token);
      return token;
    },
    revoke: () => {
      for (const token of issued.values()) token.revoked = true;
      return issued.size;
    },
    expire: () => {
      for (const token of issued.values()) token.expires = clock();
      return issued.size;
    },
    reset: () => issued.clear(),
  };
}
