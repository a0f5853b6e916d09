import { sha256 } from '../change/fingerprint.ts';
import type { Headers } from '../http/exchange.ts';
import { memoizeLast } from '../json/memoize-last.ts';
import type { Service } from '../operations/operation.ts';
import type { Failure } from '../relay/completion.ts';
import type { ProviderRequest } from '../relay/provider.ts';
import type { CredentialProbe, Entry } from './credential-gate.ts';
import { type AkSk, lackFor, readCredential, type User } from './credentials.ts';
import { failure } from './failures.ts';
import { sign } from './sign.ts';
import type { Scope, Tokens } from './token.ts';

/** What a request was authenticated with, so that a refusal can be traced to it. */
export interface Used {
  secret?: string;
  token?: { scope: Scope; text: string };
  /** The permission to use the credential. It must be given back with the result of the request. */
  pass?: Pass;
}

type Entered = { pass?: Pass } | { failed: Failure };
type Pass = Extract<Entry, { leave: unknown }> & { credential: string };

export interface Authenticator {
  /**
   * Adds the headers that authenticate the request. A failure means that nothing was sent. `signal` says when the request is
   * given up. `pass` is a permission that is still held.
   */
  authorize(
    request: ProviderRequest,
    headers: Record<string, string>,
    signal: AbortSignal,
    pass?: Pass,
  ): Promise<Authorized>;
  /** Called after a refused credential. True when something was renewed, so that one repeat may help. */
  renew(used: Used, headers: Headers | undefined): Promise<boolean>;
}
export type Authorized = { used: Used } & ({ headers: Record<string, string> } | { failed: Failure });

/** A smaller difference of the clocks, in milliseconds, is not the reason for a 401: the gateway tolerates 15 minutes. */
const CLOCK_TOLERANCE = 60_000;

/** Authenticates requests by signature or by token, with the secret that `load` gives. `load(true)` ignores any cache. */
export function createAuthenticator(dependencies: {
  load: (refresh: boolean) => Promise<string>;
  tokens: Tokens;
  gate?: CredentialProbe | undefined;
  /** Called for a request that waits until its credential has been accepted. */
  waiting?: (request: ProviderRequest) => void;
  clock: () => number;
}): Authenticator {
  let offset = 0;
  let reloading: Promise<string> | undefined;

  const read = memoizeLast(readCredential);

  const credentialFor = (service: Service, secret: string): ReturnType<typeof readCredential> => {
    const got = read(secret);
    const lack = 'credential' in got ? lackFor(service, got.credential) : undefined;
    return lack === undefined ? got : { problem: lack };
  };

  const load = async (refresh: boolean): Promise<string> => dependencies.load(refresh);

  const reload = (): Promise<string> => {
    reloading ??= load(true).finally(() => {
      reloading = undefined;
    });
    return reloading;
  };

  const withToken = async (user: User, used: Used, request: ProviderRequest, headers: Record<string, string>) => {
    const scope = scopeOf(user, request);
    const got = await dependencies.tokens.get(user, scope);
    if ('failed' in got) return { used, failed: got.failed };
    const token = { scope, text: got.token };
    return { used: { ...used, token }, headers: { ...headers, 'x-auth-token': got.token } };
  };

  /** The permission to use the credential: the one that is already held, or a new one. */
  const enter = async (
    credential: string,
    request: ProviderRequest,
    signal: AbortSignal,
    held: Pass | undefined,
  ): Promise<Entered> => {
    if (held?.credential === credential) return { pass: held };
    if (!dependencies.gate) return {};
    const waiting = () => dependencies.waiting?.(request);
    const entry = await dependencies.gate(credential, waiting, signal).catch(() => undefined);
    if (entry === undefined) return { failed: failure('credentials_unavailable') };
    if ('wait' in entry) return { failed: { ...failure('credential_paused'), paused: true, retryAfter: entry.wait } };
    return { pass: { ...entry, credential } };
  };

  return {
    async authorize(request, headers, signal, held) {
      const secret = await load(false).catch(() => undefined);
      if (secret === undefined) return { used: {}, failed: failure('credentials_unavailable') };
      const got = credentialFor(request.service, secret);
      if ('problem' in got) return { used: {}, failed: failure('credentials_malformed', {}, `: ${got.problem}`) };
      const { credential } = got;
      const entered = await enter(nameOf(secret, credential, request), request, signal, held);
      if ('failed' in entered) return { used: {}, failed: entered.failed };
      const used: Used = { secret, ...entered };
      if (credential.kind === 'token') return withToken(credential, used, request, headers);
      return { used, headers: signed(credential, request, headers, dependencies.clock() + offset) };
    },

    async renew({ secret, token }, headers) {
      if (token !== undefined) {
        dependencies.tokens.drop(token.scope, token.text);
        return true;
      }
      // IAM's refusal of a password comes without headers, so it shows nothing about the clock.
      const theirs = Date.parse(String(headers?.date));
      if (Math.abs(theirs - dependencies.clock() - offset) > CLOCK_TOLERANCE) {
        offset = theirs - dependencies.clock();
        return true;
      }
      return (await reload().catch(() => secret)) !== secret;
    },
  };
}

/** The credential's name in the ledger: a hash of the secret. For a user the scope is part of it, because a scope may be refused alone. */
function nameOf(secret: string, credential: AkSk | User, request: ProviderRequest): string {
  const scope = credential.kind === 'token' ? JSON.stringify(scopeOf(credential, request)) : '';
  return `credential#${sha256(`${secret}\n${scope}`).slice(0, 16)}`;
}

function scopeOf(user: User, request: ProviderRequest): Scope {
  const project = request.service === 'dcs' ? request.projectId : undefined;
  const id = project ?? (user.scope === 'domain' ? undefined : user.project_id);
  return id === undefined ? { domain: { name: user.domain } } : { project: { id } };
}

function signed(key: AkSk, request: ProviderRequest, headers: Record<string, string>, date: number) {
  const { method, path, body, service, projectId } = request;
  const all = {
    ...headers,
    ...(service === 'dcs' && projectId !== undefined && { 'x-project-id': projectId }),
    ...(service === 'sms' && accountOf(key)),
    ...(key.security_token !== undefined && { 'x-security-token': key.security_token }),
  };
  const pair = { accessKey: key.access_key, secretKey: key.secret_key };
  return sign({ method, path, headers: all, body, ...pair, date });
}

/** The header that names the account of a request to SMS, whose paths don't name it. */
const accountOf = ({ domain_id, project_id = '' }: AkSk): Record<string, string> =>
  domain_id === undefined ? { 'x-project-id': project_id } : { 'x-domain-id': domain_id };

/** True if a new credential may help. A request that may have been carried out never has that remedy. */
export const curable = ({ error }: Failure): boolean => error.remedy === 'after_refresh';
