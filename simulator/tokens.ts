import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { DEFAULT_DOMAIN_ID, type User } from './credentials.ts';
import { Refusal, type Reply, refuse } from './errors.ts';
import type { Settings } from './settings.ts';

/** What a token was made for: a project, or the whole account. */
export type Scope = { project?: { id: string; name: string }; domain?: { id: string; name: string } };

type Token = { scope: Scope; expires: number; revoked: boolean };

/** Issues tokens for name and password, and says what a token is good for. */
export type Tokens = {
  issue(body: unknown, catalog: boolean): Reply;
  verify(token: string): Scope;
  revoke(): number;
  expire(): number;
  forget(): void;
};

const Target = z.object({ id: z.string().optional(), name: z.string().optional() });
const Request = z.object({
  auth: z.object({
    identity: z.object({
      methods: z.array(z.string()).refine((methods) => methods.includes('password')),
      password: z.object({
        user: z.object({ name: z.string(), password: z.string(), domain: z.object({ name: z.string() }) }),
      }),
    }),
    scope: z.object({ project: Target.optional(), domain: Target.optional() }).optional(),
  }),
});
type Request = z.infer<typeof Request>;

const keystone = (status: number, message: string): Refusal => new Refusal('IAM', message, status);

/** Keystone prints UTC with microseconds: 2019-02-13T06:52:13.855000Z (IAM manual, token answer). */
const micros = (time: number): string => new Date(time).toISOString().replace('Z', '000Z');

const projectOf = (user: User, wanted: z.infer<typeof Target>): NonNullable<Scope['project']> => {
  if (user.projects === undefined && wanted.id !== undefined) return { id: wanted.id, name: wanted.name ?? wanted.id };
  const found = user.projects?.find(({ id, name }) =>
    wanted.id === undefined ? name === wanted.name : id === wanted.id,
  );
  if (found === undefined) throw keystone(401, 'The project is not found or not yours.');
  return found;
};

/** Project wins over domain; an empty scope is the account (IAM manual, scope). */
const scopeOf = (user: User, scope: Request['auth']['scope']): Scope => {
  if (scope?.project !== undefined) return { project: projectOf(user, scope.project) };
  return { domain: { id: user.domainId ?? DEFAULT_DOMAIN_ID, name: user.domain } };
};

const read = (body: unknown): Request => {
  const parsed = Request.safeParse(body);
  if (parsed.success) return parsed.data;
  throw keystone(400, `The request body is invalid: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
};

/** The token desk of these users, with times by the clock (milliseconds). */
export const createTokens = (users: readonly User[], clock: () => number, settings: () => Settings): Tokens => {
  const issued = new Map<string, Token>();

  const login = ({ auth }: Request): User => {
    const { name, password, domain } = auth.identity.password.user;
    const user = users.find((one) => one.name === name && one.domain === domain.name && one.password === password);
    if (user === undefined) throw keystone(401, 'The username or password is wrong.');
    return user;
  };

  const answer = (user: User, { scope, expires }: Token, catalog: boolean): unknown => ({
    token: {
      expires_at: micros(expires),
      issued_at: micros(clock()),
      methods: ['password'],
      roles: [{ id: '0', name: 'te_admin' }],
      user: { id: user.name, name: user.name, domain: { id: user.domainId ?? DEFAULT_DOMAIN_ID, name: user.domain } },
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
      const request = read(body);
      const user = login(request);
      const token = {
        scope: scopeOf(user, request.auth.scope),
        expires: clock() + settings().token_ttl_ms,
        revoked: false,
      };
      const text = `MII${randomBytes(900).toString('base64url')}`;
      issued.set(text, token);
      return { status: 201, body: answer(user, token, catalog), headers: { 'X-Subject-Token': text } };
    },
    verify: (text) => {
      const token = issued.get(text);
      if (token === undefined) throw new Refusal('APIGW.0301', 'decrypt token fail');
      if (token.revoked) refuse('APIGW.0307');
      if (token.expires <= clock()) expired(token);
      return token.scope;
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
};
