import type { Connections } from '../http/connections.ts';
import { exchange, type HttpResult } from '../http/exchange.ts';
import { isObject } from '../json/exact-json.ts';
import { adviceFor } from '../relay/advice.ts';
import type { Failure } from '../relay/completion.ts';
import type { ProviderRequest } from '../relay/provider.ts';
import type { User } from './credentials.ts';
import { failure } from './failures.ts';
import { toAnswer } from './reply.ts';

/** The scope of a token. DCS is called within the project of its path, SMS within the credential's project or for the whole account. */
export type Scope = { project: { id: string } } | { domain: { name: string } };

/** The scope in which a user makes a request. */
export function scopeOf(user: User, { service, projectId }: ProviderRequest): Scope {
  const project = service === 'dcs' ? projectId : undefined;
  const id = project ?? (user.scope === 'domain' ? undefined : user.project_id);
  return id === undefined ? { domain: { name: user.domain } } : { project: { id } };
}

export interface Tokens {
  /** A token for the scope: the cached one while it is valid, else a new one, which is fetched once for all callers. */
  get(user: User, scope: Scope): Promise<{ token: string } | { failed: Failure }>;
  /** Forgets the token if it is still the cached one of the scope. Another may have replaced it meanwhile. */
  drop(scope: Scope, token: string): void;
}

interface CachedToken {
  user: User;
  token: Promise<{ token: string; until: number } | { failed: Failure }>;
  value?: { token: string; until: number };
}

/** How many milliseconds before they expire tokens are renewed. Up to half of it is added, so that processes don't call IAM at once. */
const MARGIN = 10 * 60_000;
const DEADLINE = 5000;

/** Caches the tokens of the process, one per scope. IAM asks its callers not to fetch one per call (auth manual). */
export function createTokens(dependencies: {
  iam: string;
  connections: Connections;
  clock: () => number;
  random: () => number;
}): Tokens {
  const cached = new Map<string, CachedToken>();

  const fetchToken = async (
    user: User,
    scope: Scope,
  ): Promise<{ token: string; until: number } | { failed: Failure }> => {
    const result = await dependencies.connections.with('own', (dispatcher) =>
      exchange(dispatcher, tokenRequest(dependencies.iam, user, scope), AbortSignal.timeout(DEADLINE)),
    );
    const now = dependencies.clock();
    const read = readToken(result, now);
    if ('failed' in read) return read;
    const left = read.expires - now;
    return { token: read.token, until: now + Math.max(left - MARGIN * (1 + dependencies.random() / 2), left / 2) };
  };

  const begin = (key: string, user: User, scope: Scope): CachedToken => {
    const entry: CachedToken = { user, token: fetchToken(user, scope) };
    cached.set(key, entry);
    entry.token.then((got) => {
      if ('token' in got) entry.value = got;
      else if (cached.get(key) === entry) cached.delete(key);
    });
    return entry;
  };

  return {
    get(user, scope) {
      const key = JSON.stringify(scope);
      const entry = cached.get(key);
      const lives = entry?.user === user && (entry.value === undefined || entry.value.until > dependencies.clock());
      return lives && entry ? entry.token : begin(key, user, scope).token;
    },
    drop(scope, token) {
      const key = JSON.stringify(scope);
      if (cached.get(key)?.value?.token === token) cached.delete(key);
    },
  };
}

/** POST /v3/auth/tokens. `nocatalog` leaves out the catalogue, which is not needed. */
function tokenRequest(origin: string, { user: name, password, domain }: User, scope: Scope) {
  const identity = { methods: ['password'], password: { user: { name, password, domain: { name: domain } } } };
  return {
    origin,
    method: 'POST' as const,
    path: '/v3/auth/tokens?nocatalog=true',
    headers: {
      accept: 'application/json',
      'content-type': 'application/json;charset=utf8',
      'accept-encoding': 'identity',
    },
    body: JSON.stringify({ auth: { identity, scope } }),
  };
}

function readToken(result: HttpResult, now: number): { token: string; expires: number } | { failed: Failure } {
  const answer = toAnswer(result, {}, now);
  if (!answer.ok) return { failed: fromIam(answer) };
  const token = result.complete ? result.headers['x-subject-token'] : undefined;
  const about = isObject(answer.body) && isObject(answer.body.token) ? answer.body.token : {};
  const expires = typeof about.expires_at === 'string' ? Date.parse(about.expires_at) : Number.NaN;
  const usable = typeof token === 'string' && /^[\x21-\x7e]{1,16384}$/.test(token) && expires > now;
  return usable ? { token, expires } : { failed: failure('token_unreadable') };
}

/** IAM's refusal as an answer to the change: nothing was sent to the service, and the change is not at fault. */
function fromIam(answer: Failure): Failure {
  const { code, message, cause } = answer.error;
  const own = /^[a-z]/.test(code);
  const mine = ['invalid_request', 'not_found', 'conflict'].includes(answer.error.class);
  const what = mine ? 'unauthenticated' : answer.error.class;
  const remedy = answer.error.remedy === 'reconcile' ? 'later' : answer.error.remedy;
  return {
    ...answer,
    executed: 'no',
    unasked: true,
    error: {
      class: what,
      code: own ? `iam_${code}` : code,
      remedy,
      cause,
      message: `IAM, asked for a token: ${message}`,
      // Nothing was sent to the service, so no advice to read the task is needed.
      advice: adviceFor({ class: what, remedy, cause, code }),
    },
  };
}
