import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { close, createPatientServer, listen } from './listen.ts';

/** An error as an AWS service answers it. The code becomes the exception's name in the SDK. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** The function of each X-Amz-Target. Its input is the parsed JSON body, and it may be asynchronous. `gone` aborts if the caller leaves. */
export type Targets = Record<string, (input: Record<string, unknown>, gone: AbortSignal) => unknown>;

/** Serves the targets over AWS JSON 1.1 on the loopback interface, for the real SDK clients. */
export async function startJsonServer(targets: Targets) {
  const server = createPatientServer(async (request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const name = String(request.headers['x-amz-target']);
    const { status, body } = await answer(targets, name, await text(request), gone.signal);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() });
    response.end(JSON.stringify(body));
  });
  return { url: await listen(server), close: () => close(server) };
}
export type JsonServer = Awaited<ReturnType<typeof startJsonServer>>;

async function answer(
  targets: Targets,
  name: string,
  input: string,
  gone: AbortSignal,
): Promise<{ status: number; body: unknown }> {
  try {
    const target = targets[name];
    if (!target) throw new ServiceError('UnknownOperationException', `${name} is not part of this stand-in`);
    return { status: 200, body: await target(JSON.parse(input), gone) };
  } catch (error) {
    if (error instanceof ServiceError) return refusal(error.status, error.code, error.message);
    return refusal(400, 'SerializationException', String(error));
  }
}

const refusal = (status: number, __type: string, message: string) => ({ status, body: { __type, message } });
