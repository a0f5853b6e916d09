import * as z from 'zod';
import { DEFAULT_DOMAIN_ID, type Project, projectsOf, type User } from './credentials.ts';
import { ProviderError } from './errors.ts';

/** The scope of a token: a project, or the whole account. */
export interface Scope {
  project?: Project;
  domain?: { id: string; name: string };
}

const Target = z.object({ id: z.string().optional(), name: z.string().optional() });
const Named = Target.refine(({ id, name }) => id !== undefined || name !== undefined, { error: 'needs id or name' });
const Password = z.object({
  methods: z.array(z.string()).refine((methods) => methods.includes('password')),
  password: z.object({
    user: z
      .object({ id: z.string(), password: z.string() })
      .or(z.object({ name: z.string(), password: z.string(), domain: Named })),
  }),
});
const Token = z.object({ methods: z.array(z.string()), token: z.object({ id: z.string() }) });
const Request = z.object({
  auth: z.object({
    identity: Password.or(Token),
    scope: z.object({ project: Target.optional(), domain: Target.optional() }).optional(),
  }),
});

/** A request for a token (IAM manual): the identity, by password or by another token, and the scope. */
export type TokenRequest = z.infer<typeof Request>['auth'];
type Login = z.infer<typeof Password>['password']['user'];

/** An error in the form of Keystone. */
export const keystoneError = (status: number, message: string): ProviderError =>
  new ProviderError('IAM', message, status);

/** Parses the body of a token request. Refuses an invalid one. */
export function readTokenRequest(body: unknown): TokenRequest {
  const parsed = Request.safeParse(body);
  if (parsed.success) return parsed.data.auth;
  throw keystoneError(400, `The request body is invalid: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
}

const isInDomain = (user: User, { id, name }: z.infer<typeof Target>): boolean =>
  id === undefined ? name === user.domain : id === (user.domainId ?? DEFAULT_DOMAIN_ID);

const isLogin = (user: User, login: Login): boolean =>
  'id' in login ? login.id === (user.id ?? user.name) : login.name === user.name && isInDomain(user, login.domain);

/** The user with this name or id and password. */
export function findUser(users: readonly User[], login: Login): User {
  const user = users.find((one) => isLogin(one, login) && one.password === login.password);
  if (user === undefined) throw keystoneError(401, 'The username or password is wrong.');
  return user;
}

function projectOf(user: User, { id, name }: z.infer<typeof Target>): Project {
  if (user.projects === undefined && id !== undefined) return { id, name: name ?? id };
  const found = id === undefined ? projectsOf(user, name)[0] : user.projects?.find((one) => one.id === id);
  if (found === undefined) throw keystoneError(401, 'The project is not found or not yours.');
  return found;
}

/** The scope of a token. A project takes precedence over a domain; an empty scope is the account (IAM manual, scope). */
export function scopeOf(user: User, scope: TokenRequest['scope']): Scope {
  if (scope?.project !== undefined) return { project: projectOf(user, scope.project) };
  return { domain: { id: user.domainId ?? DEFAULT_DOMAIN_ID, name: user.domain } };
}
