import type { Connections } from '../http/connections.ts';
import { exchange } from '../http/exchange.ts';
import { AwsFailure } from './failure.ts';
import type { AwsEnvironment } from './services.ts';
import type { AwsCredentials } from './sign.ts';

/** How many milliseconds before their end credentials are fetched again, and how long a fetch may take. */
const EARLY = 300_000;
const DEADLINE = 1000;

/** Hosts that may be called with plain HTTP: this machine, and the addresses of AWS's container agents. */
const AGENTS = /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\]|169\.254\.170\.(?:2|23)|\[fd00:ec2::23\])$/;

interface FetchedCredentials extends AwsCredentials {
  /** Milliseconds since 1970. */
  until: number;
}

/**
 * Gives the function's own credentials: those in the environment, else those of the container's agent (SDKs and Tools
 * Reference Guide, "Container credential provider"). Called before each call of AWS. Throws an AwsFailure.
 */
export function createCredentials(environment: AwsEnvironment, connections: Connections, clock: () => number) {
  let kept: FetchedCredentials | undefined;
  let coming: Promise<FetchedCredentials> | undefined;

  const fetched = async (): Promise<AwsCredentials> => {
    if (kept && clock() < kept.until - EARLY) return kept;
    coming ??= fetchFrom(environment, connections).finally(() => {
      coming = undefined;
    });
    const held = kept;
    // If the agent can't give new credentials, the old ones are used as long as they are valid.
    const usable = (fault: unknown) => (held && clock() < held.until ? held : Promise.reject(fault));
    kept = await coming.catch(usable);
    return kept;
  };

  return (): AwsCredentials | Promise<AwsCredentials> => fromEnvironment(environment) ?? fetched();
}

function fromEnvironment(environment: AwsEnvironment): AwsCredentials | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return undefined;
  const sessionToken = AWS_SESSION_TOKEN || undefined;
  return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken };
}

async function fetchFrom(environment: AwsEnvironment, connections: Connections): Promise<FetchedCredentials> {
  const url = URL.parse(environment.AWS_CONTAINER_CREDENTIALS_FULL_URI ?? '');
  if (!url || (url.protocol !== 'https:' && !AGENTS.test(url.hostname))) throw unavailable();
  const authorization = await tokenOf(environment);
  const request = {
    origin: url.origin,
    method: 'GET' as const,
    path: `${url.pathname}${url.search}`,
    headers: { accept: 'application/json', ...(authorization !== undefined && { authorization }) },
  };
  const wire = await connections.with('own', (agent) => exchange(agent, request, AbortSignal.timeout(DEADLINE)));
  const found = wire.whole && wire.status === 200 ? readCredentials(wire.body.toString('utf8')) : undefined;
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
    const until = Date.parse(Expiration);
    const whole = [AccessKeyId, SecretAccessKey, Token].every((part) => typeof part === 'string' && part !== '');
    if (!whole || Number.isNaN(until)) return undefined;
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token, until };
  } catch {
    return undefined;
  }
}

const unavailable = () => new AwsFailure('credentials_unavailable', 0);
