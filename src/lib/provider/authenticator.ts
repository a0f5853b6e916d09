import { sha256 } from '../change/fingerprint.ts';
import type { Headers } from '../http/exchange.ts';
import { memoizeLast } from '../json/memoize-last.ts';
import type { Service } from '../operations/operation.ts';
import type { Failure } from '../relay/completion.ts';
import type { ProviderRequest } from '../relay/provider.ts';
import type { CredentialGate, Permit } from './credential-gate.ts';
import { type AkSk, lackFor, readCredential, type User } from './credentials.ts';
import { failure } from './failures.ts';
import { signedHeaders } from './signed-headers.ts';
import { type Scope, scopeOf, type Tokens } from './token.ts';

/** What a request was authenticated with, so that a refusal can be traced to it. */
export interface CredentialUse {
  secret?: string;
  token?: { scope: Scope; text: string };
  /** The permission to use the credential, to which the verdict of the answer must be reported. */
  permit?: CredentialPermit;
}

type CredentialPermit = Permit & { credential: string };
type Authorization = { used: CredentialUse } & ({ headers: Record<string, string> } | { failed: Failure });

interface Authenticator {
  /**
   * Adds the headers that authenticate the request. A failure means that nothing was sent. `signal` says when the request is
   * given up. `current` is the permit of an earlier request, if its verdict is still to be reported.
   */
  authorize(
    request: ProviderRequest,
    headers: Record<string, string>,
    signal: AbortSignal,
    current?: CredentialPermit,
  ): Promise<Authorization>;
  /** Called after a refused credential. True when something was renewed, so that one repeat may help. */
  renew(used: CredentialUse, headers: Headers | undefined): Promise<boolean>;
}

/** A smaller difference of the clocks, in milliseconds, is not the reason for a 401: the gateway tolerates 15 minutes. */
const CLOCK_TOLERANCE = 60_000;

/** Authenticates requests by signature or by token, with the secret that `load` gives. `load(true)` ignores any cache. */
export function createAuthenticator(dependencies: {
  load: (refresh: boolean) => Promise<string>;
  tokens: Tokens;
  gate?: CredentialGate | undefined;
  /** Called for a request that waits until its credential has been accepted. */
  onWait?: (request: ProviderRequest) => void;
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

  const withToken = async (
    user: User,
    used: CredentialUse,
    request: ProviderRequest,
    headers: Record<string, string>,
  ) => {
    const scope = scopeOf(user, request);
    const got = await dependencies.tokens.get(user, scope);
    if ('failed' in got) return { used, failed: got.failed };
    const token = { scope, text: got.token };
    return { used: { ...used, token }, headers: { ...headers, 'x-auth-token': got.token } };
  };

  /** The permit for the credential: the current one if it is for the same credential, else one of the gate. */
  const permitFor = async (
    credential: string,
    request: ProviderRequest,
    signal: AbortSignal,
    current: CredentialPermit | undefined,
  ): Promise<{ permit?: CredentialPermit } | { failed: Failure }> => {
    if (current?.credential === credential) return { permit: current };
    if (!dependencies.gate) return {};
    const onWait = () => dependencies.onWait?.(request);
    const given = await dependencies.gate(credential, onWait, signal).catch(() => undefined);
    if (given === undefined) return { failed: failure('credentials_unavailable') };
    if ('wait' in given)
      return { failed: { ...failure('credential_paused'), circuitOpen: true, retryAfter: given.wait } };
    return { permit: { ...given, credential } };
  };

  return {
    async authorize(request, headers, signal, current) {
      const secret = await load(false).catch(() => undefined);
      if (secret === undefined) return { used: {}, failed: failure('credentials_unavailable') };
      const got = credentialFor(request.service, secret);
      if ('problem' in got) return { used: {}, failed: failure('credentials_malformed', {}, `: ${got.problem}`) };
      const { credential } = got;
      const permitted = await permitFor(nameOf(secret, credential, request), request, signal, current);
      if ('failed' in permitted) return { used: {}, failed: permitted.failed };
      const used: CredentialUse = { secret, ...permitted };
      if (credential.kind === 'token') return withToken(credential, used, request, headers);
      return { used, headers: signedHeaders(credential, request, headers, dependencies.clock() + offset) };
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
