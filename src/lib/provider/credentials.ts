import * as z from 'zod';
import { tryJson } from '../json/try-json.ts';
import type { Service } from '../operations/operation.ts';

/** Text that can be put into a header unchanged. */
const Key = z.string().regex(/^[\x21-\x7e]{1,16384}$/);
const Name = z.string().min(1).max(1024);

/** An access key pair, permanent or temporary (then with its session token). */
const AkSk = z.strictObject({
  kind: z.literal('ak-sk'),
  access_key: Key,
  secret_key: Key,
  security_token: Key.optional(),
  /** The account's id, which is sent to SMS as X-Domain-Id (signing guide, SDK). */
  domain_id: Key.optional(),
  /** SMS also accepts a project's id, as X-Project-Id, in its place (Huawei's Terraform provider). */
  project_id: Key.optional(),
});
export type AkSk = z.infer<typeof AkSk>;

/** A user of an account, for whom IAM issues tokens. With a project, SMS is called within it, unless `scope` is `domain`. */
const User = z
  .strictObject({
    kind: z.literal('token'),
    user: Name,
    password: Name,
    domain: Name,
    scope: z.enum(['project', 'domain']).optional(),
    project_id: Key.optional(),
  })
  .refine(({ scope, project_id }) => scope !== 'project' || project_id !== undefined, { path: ['project_id'] });
export type User = z.infer<typeof User>;

export type Credential = AkSk | User;
const Credential = z.discriminatedUnion('kind', [AkSk, User]);

/** What a credential lacks for a service, as text; undefined if it lacks nothing. Its schema can't say this. */
export function lackFor(service: Service, credential: Credential): string | undefined {
  if (service === 'dcs' || credential.kind === 'token') return undefined;
  if (credential.domain_id !== undefined || credential.project_id !== undefined) return undefined;
  return 'SMS needs domain_id, the id of the account, or project_id; both are missing';
}

/** Reads the secret's JSON text. A problem names the field and never its value. */
export function readCredential(text: string): { credential: Credential } | { problem: string } {
  const value = tryJson(text);
  if (value === undefined) return { problem: 'it is not JSON' };
  const read = Credential.safeParse(value);
  return read.success ? { credential: read.data } : { problem: read.error.issues.map(inWords).join(', ') };
}

function inWords(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return 'it has an unknown field';
  return issue.path.length === 0 ? 'it is not an object' : `${issue.path.join('.')} is missing or not acceptable`;
}
