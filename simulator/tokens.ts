import { randomBytes } from 'node:crypto';
import { DEFAULT_DOMAIN_ID, type User } from './credentials.ts';
import { InvalidRecord, type Reply, refuse } from './errors.ts';
import type { Settings } from './settings.ts';
import { findUser, keystone, readTokenRequest, type Scope, scopeOf, type TokenRequest } from './token-request.ts';

interface Token {
  user: User;
  method: string;
  scope: Scope;
  expires: number;
  revoked: boolean;
}

/** Issues tokens for a password or another token, and says whose a token is and what it is good for. */
export interface Tokens {
  issue(body: unknown, catalog: boolean): Reply;
  verify(token: string): { user: User; scope: Scope };
  revoke(): number;
  expire(): number;
  forget(): void;
}

/** Keystone prints UTC with microseconds: 2019-02-13T06:52:13.855000Z (IAM manual, token answer). */
const micros = (time: number): string => new Date(time).toISOString().replace('Z', '000Z');

/** The token desk of these users, with times by the clock (milliseconds). */
export function createTokens(users: readonly User[], clock: () => number, settings: () => Settings): Tokens {
  const issued = new Map<string, Token>();

  const isValid = ({ revoked, expires }: Token): boolean => !revoked && expires > clock();

  const login = ({ identity }: TokenRequest): User => {
    if ('password' in identity) return findUser(users, identity.password.user);
    const token = issued.get(identity.token.id);
    if (token === undefined || !isValid(token)) throw keystone(401, 'The token is wrong or has expired.');
    return token.user;
  };

  const answer = ({ user, method, scope, expires }: Token, catalog: boolean): unknown => ({
    token: {
      expires_at: micros(expires),
      issued_at: micros(clock()),
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
      : refuse('APIGW.0301', `token expires, expires_at:${micros(expires)}`);

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
      if (token === undefined) throw new InvalidRecord('APIGW.0301', 'decrypt token fail');
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
    forget: () => issued.clear(),
  };
}
