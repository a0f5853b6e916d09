import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Invocation } from '../../stand-ins/lambda/batch-response.ts';
import { close, createPatientServer, listen } from '../../stand-ins/listen.ts';

/** One event for a worker, and its deadline (milliseconds since 1970). */
interface Delivery {
  id: string;
  arn: string;
  event: unknown;
  deadline: number;
}

/** Lambda's Runtime API (2018-06-01) for one worker. */
export interface RuntimeApi {
  /** HOST:PORT for AWS_LAMBDA_RUNTIME_API. */
  address: string;
  /** Resolves when the worker asks for its first event, or with the error of its init. */
  init: Promise<Invocation>;
  /** Gives an event to the worker when it asks for one, and waits for the answer. */
  deliver(delivery: Delivery): Promise<Invocation>;
  close(): Promise<void>;
}

/** Starts a Runtime API on the loopback interface for exactly one worker, which gets one event at a time. */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const init = Promise.withResolvers<Invocation>();
  let next = Promise.withResolvers<ServerResponse>();
  let answer = Promise.withResolvers<Invocation>();

  const receive = async (path: string, request: IncomingMessage) => {
    const body = await text(request);
    if (path === '/init/error') init.resolve(fault(body));
    if (path.endsWith('/error')) answer.resolve(fault(body));
    if (path.endsWith('/response')) answer.resolve({ ok: true, payload: body });
  };
  const server = createPatientServer(async (request, response) => {
    const path = (request.url ?? '').replace('/2018-06-01/runtime', '');
    if (path === '/invocation/next') {
      init.resolve({ ok: true, payload: '' });
      return next.resolve(response);
    }
    await receive(path, request);
    return response.writeHead(202).end();
  });

  return {
    address: new URL(await listen(server)).host,
    init: init.promise,
    close: () => close(server),
    async deliver({ id, arn, event, deadline }) {
      const response = await next.promise;
      next = Promise.withResolvers();
      answer = Promise.withResolvers();
      response.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': id,
        'lambda-runtime-deadline-ms': deadline,
        'lambda-runtime-invoked-function-arn': arn,
      });
      response.end(JSON.stringify(event));
      return answer.promise;
    },
  };
}

function fault(body: string): Invocation {
  const { errorType, errorMessage, trace } = JSON.parse(body) as Record<string, unknown>;
  const message = Array.isArray(trace) && trace.length > 0 ? trace.join('\n') : errorMessage;
  return { ok: false, type: String(errorType), message: String(message) };
}
