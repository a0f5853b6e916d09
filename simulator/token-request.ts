import * as z from 'zod';
import { DEFAULT_DOMAIN_ID, type Project, projectsOf, type User } from './credentials.ts';
import { InvalidRecord } from './errors.ts';

/** What a token was made for: a project, or the whole account. */
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

/** A request for a token (IAM manual): who asks, by password or by another token, and what for. */
export type TokenRequest = z.infer<typeof Request>['auth'];
type Login = z.infer<typeof Password>['password']['user'];

/** A refusal in the shape of Keystone. */
export const keystone = (status: number, message: string): InvalidRecord => new InvalidRecord('IAM', message, status);

/** The request in its shape; refuses any other body. */
export function readTokenRequest(body: unknown): TokenRequest {
  const parsed = Request.safeParse(body);
  if (parsed.success) return parsed.data.auth;
  throw keystone(400, `The request body is invalid: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
}

const isOf = (user: User, { id, name }: z.infer<typeof Target>): boolean =>
  id === undefined ? name === user.domain : id === (user.domainId ?? DEFAULT_DOMAIN_ID);

const isMeant = (user: User, login: Login): boolean =>
  'id' in login ? login.id === (user.id ?? user.name) : login.name === user.name && isOf(user, login.domain);

/** The user of that name or id with that password. */
export function findUser(users: readonly User[], login: Login): User {
  const user = users.find((one) => isMeant(one, login) && one.password === login.password);
  if (user === undefined) throw keystone(401, 'The username or password is wrong.');
  return user;
}

function projectOf(user: User, { id, name }: z.infer<typeof Target>): Project {
  if (user.projects === undefined && id !== undefined) return { id, name: name ?? id };
  const found = id === undefined ? projectsOf(user, name)[0] : user.projects?.find((one) => one.id === id);
  if (found === undefined) throw keystone(401, 'The project is not found or not yours.');
  return found;
}

/** Project wins over domain; an empty scope is the account (IAM manual, scope). */
export function scopeOf(user: User, scope: TokenRequest['scope']): Scope {
  if (scope?.project !== undefined) return { project: projectOf(user, scope.project) };
  return { domain: { id: user.domainId ?? DEFAULT_DOMAIN_ID, name: user.domain } };
}
