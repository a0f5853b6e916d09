import type { Connections } from '../http/connections.ts';
import { exchange } from '../http/exchange.ts';
import { AwsFailure } from './failure.ts';
import type { AwsEnvironment } from './services.ts';
import type { AwsCredentials } from './sign.ts';

/** How many milliseconds before their end credentials are fetched again, and how long a fetch may take. */
const REFRESH_BEFORE = 300_000;
const DEADLINE = 1000;

/** Hosts that may be called with plain HTTP: this machine, and the addresses of AWS's container agents. */
const AGENTS = /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\]|169\.254\.170\.(?:2|23)|\[fd00:ec2::23\])$/;

interface FetchedCredentials extends AwsCredentials {
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/**
 * Returns the function's own credentials: those in the environment, else those of the container's agent (SDKs and Tools
 * Reference Guide, "Container credential provider"). Called before each call of AWS. Throws an AwsFailure.
 */
export function createCredentials(environment: AwsEnvironment, connections: Connections, clock: () => number) {
  let cached: FetchedCredentials | undefined;
  let pending: Promise<FetchedCredentials> | undefined;

  const cachedCredentials = async (): Promise<AwsCredentials> => {
    if (cached && clock() < cached.expiresAt - REFRESH_BEFORE) return cached;
    pending ??= fetchCredentials(environment, connections).finally(() => {
      pending = undefined;
    });
    const previous = cached;
    // If the agent can't give new credentials, the old ones are used as long as they are valid.
    const usable = (fault: unknown) => (previous && clock() < previous.expiresAt ? previous : Promise.reject(fault));
    cached = await pending.catch(usable);
    return cached;
  };

  return (): AwsCredentials | Promise<AwsCredentials> => fromEnvironment(environment) ?? cachedCredentials();
}

function fromEnvironment(environment: AwsEnvironment): AwsCredentials | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return undefined;
  const sessionToken = AWS_SESSION_TOKEN || undefined;
  return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken };
}

async function fetchCredentials(environment: AwsEnvironment, connections: Connections): Promise<FetchedCredentials> {
  const url = URL.parse(environment.AWS_CONTAINER_CREDENTIALS_FULL_URI ?? '');
  if (!url || (url.protocol !== 'https:' && !AGENTS.test(url.hostname))) throw unavailable();
  const authorization = await tokenOf(environment);
  const request = {
    origin: url.origin,
    method: 'GET' as const,
    path: `${url.pathname}${url.search}`,
    headers: { accept: 'application/json', ...(authorization !== undefined && { authorization }) },
  };
  const result = await connections.with('own', (agent) => exchange(agent, request, AbortSignal.timeout(DEADLINE)));
  const found = result.complete && result.status === 200 ? readCredentials(result.body.toString('utf8')) : undefined;
  if (!found) throw unavailable();
  return found;
}

async function tokenOf(environment: AwsEnvironment): Promise<string | undefined> {
  const file = environment.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
  if (!file) return environment.AWS_CONTAINER_AUTHORIZATION_TOKEN || undefined;
  // Hardly any function has such a file, so the module that reads it is loaded only when it is needed.
  const { readFile } = await import('node:fs/promises');
  const token = await readFile(file, 'utf8').catch(() => Promise.reject(unavailable()));
  return token.trim();
}

function readCredentials(text: string): FetchedCredentials | undefined {
  try {
    const { AccessKeyId, SecretAccessKey, Token, Expiration } = JSON.parse(text);
    const expiresAt = Date.parse(Expiration);
    const isComplete = [AccessKeyId, SecretAccessKey, Token].every((part) => typeof part === 'string' && part !== '');
    if (!isComplete || Number.isNaN(expiresAt)) return undefined;
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token, expiresAt };
  } catch {
    return undefined;
  }
}

const unavailable = () => new AwsFailure('credentials_unavailable', 0);
