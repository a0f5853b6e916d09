import { setTimeout as sleep } from 'node:timers/promises';
import { createConnections } from '../http/connections.ts';
import { exchange, type HttpResult } from '../http/exchange.ts';
import { withTimeout } from '../http/timeout.ts';
import { createCredentials } from './credentials.ts';
import { type AwsFailure, isPassing, isThrottled, readReply } from './failure.ts';
import { type AwsEnvironment, type AwsService, endpointOf, regionOf } from './services.ts';
import { createSigner } from './sign.ts';

/** Calls an operation of one service of AWS; `Output` is what AWS's reference says of its reply. Throws an AwsFailure. */
export type AwsCall = <Output>(operation: string, input: object) => Promise<Output>;

const ATTEMPTS = 3;
/** The longest wait before the first repeat, in milliseconds. It doubles each time. */
const FIRST_BACKOFF = { failed: 100, throttled: 500 };
/** The largest reply, in bytes. It may hold a whole item of DynamoDB, which has at most 400 KB. */
const MAX_REPLY = 1024 * 1024;
/**
 * How long opening a connection may take, in milliseconds: not less than a call of the ledger. A starting function opens up
 * to ten at once with a part of a processor. A handshake that is given up is only begun again, and takes longer.
 */
const CONNECT = 2000;
/** How long a connection may idle, in milliseconds. That is longer than for the provider, because calls to AWS may be repeated. */
const IDLE = 20_000;

interface AwsOptions {
  /** Milliseconds since 1970. */
  clock?: () => number;
  random?: () => number;
}

/**
 * Makes calls of AWS services as AWS's SDK does, over shared connections. A call is signed with the present credentials of
 * the environment. It is repeated up to twice, with growing waits, if it was throttled, failed or cut off. It is given up
 * `deadline` milliseconds after its start.
 */
export function createAws(environment: AwsEnvironment, { clock = Date.now, random = Math.random }: AwsOptions = {}) {
  const region = regionOf(environment);
  // As many as a batch has records. undici counts a connection as busy for a moment after its reply and would open one more.
  const connections = createConnections({
    connections: 10,
    replyLimit: MAX_REPLY,
    idle: IDLE,
    connect: CONNECT,
    clock,
  });
  const credentials = createCredentials(environment, connections, clock);

  return (service: AwsService, deadline: number): AwsCall => {
    const { origin, host, pathname: path } = endpointOf(service, environment);
    const contentType = `application/x-amz-json-${service.json}`;
    const sign = createSigner(service.name, region);

    const send = async (target: string, body: string, signal: AbortSignal) => {
      const signed = sign({ host, path, contentType, target, body }, await credentials(), clock());
      const request = {
        origin,
        method: 'POST' as const,
        path,
        headers: { ...signed, ...unsignedHeaders(environment) },
        body,
      };
      connections.refresh();
      return connections.with('shared', (agent) => exchange(agent, request, signal, MAX_REPLY));
    };

    return async <Output>(operation: string, input: object): Promise<Output> => {
      const [target, body] = [`${service.target}.${operation}`, JSON.stringify(input)];
      return withTimeout(deadline, (signal) =>
        withRetries(() => send(target, body, signal), random, signal),
      ) as Promise<Output>;
    };
  };
}

/** Calls until a repeat makes no sense. Throws the last failure. */
async function withRetries(
  send: () => Promise<HttpResult>,
  random: () => number,
  signal: AbortSignal,
): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    const reply = readReply(await send());
    if ('output' in reply) return reply.output;
    await waitForRetry(attempt, reply.failure, random(), signal);
  }
}

/** Waits with full jitter until the call may be repeated. Throws the failure if it may not, or not in time. */
async function waitForRetry(attempt: number, failure: AwsFailure, jitter: number, signal: AbortSignal): Promise<void> {
  if (attempt === ATTEMPTS || !isPassing(failure)) throw failure;
  const maxDelay = (isThrottled(failure) ? FIRST_BACKOFF.throttled : FIRST_BACKOFF.failed) * 2 ** (attempt - 1);
  await sleep(jitter * maxDelay, undefined, { signal }).catch(() => Promise.reject(failure));
}

/** The headers that are not signed. The trace lets Lambda detect functions that call themselves, and X-Ray connect related calls. */
const unsignedHeaders = ({ _X_AMZN_TRACE_ID: trace }: AwsEnvironment) => ({
  'user-agent': 'migration-relay',
  ...(trace !== undefined && { 'x-amzn-trace-id': trace }),
});
