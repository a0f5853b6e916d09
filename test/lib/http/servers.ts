import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { createProvider, type ProviderClient, type ProviderDependencies } from '../../../src/lib/provider/client.ts';
import type { Answer, ProviderRequest } from '../../../src/lib/relay/provider.ts';

export interface ReceivedRequest {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}
export type Reply = (request: ReceivedRequest, response: ServerResponse, count: number) => void;

/** A real server on this machine that records its requests. It stops after the test. */
export async function httpServer(reply: Reply) {
  const requests: ReceivedRequest[] = [];
  let count = 0;
  let open = 0;
  const server = createServer({ maxHeaderSize: 64 * 1024 }, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
    requests.push(one);
    reply(one, response, requests.length);
  });
  server.on('connection', (socket) => {
    count++;
    open++;
    socket.on('close', () => open--);
  });
  const origin = await listen(server, () => server.closeAllConnections());
  return { origin, requests, connections: () => count, open: () => open };
}

/** A server of bare sockets: `talk` gets each connection, with what arrives first. */
export async function socketServer(
  talk: (socket: Socket, first: Buffer) => void,
): Promise<{ origin: string; connections: () => number }> {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createSocketServer((socket) => {
    count++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', (first) => talk(socket, first));
  });
  const origin = await listen(server, () => {
    for (const socket of sockets) socket.destroy();
  });
  return { origin, connections: () => count };
}

async function listen(server: Server, drop: () => void): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    drop();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export const AK_SK = {
  kind: 'ak-sk',
  access_key: 'AKIDEXAMPLE',
  secret_key: 'SkExample',
  domain_id: 'fedcba9876543210',
};
export const USER = { kind: 'token', user: 'mover', password: 'pass word é', domain: 'account' };

/** A provider whose services and IAM are all at one origin. */
export function providerAt(
  origin: string,
  dependencies: Partial<ProviderDependencies> & { secret?: object } = {},
): ProviderClient {
  const { secret = AK_SK, ...rest } = dependencies;
  const provider = createProvider({
    endpoints: { dcs: origin, sms: origin, iam: origin },
    load: async () => JSON.stringify(secret),
    ...rest,
  });
  onTestFinished(() => void provider.close());
  return provider;
}

export const PROJECT = '0123456789abcdef0123456789abcdef';

export const UPDATE: ProviderRequest = {
  service: 'dcs',
  method: 'PUT',
  path: `/v2/${PROJECT}/migration-task/b21989ec-2889-4b8e-99db-19c073425ec2`,
  projectId: PROJECT,
  body: '{"resume_mode":"auto"}',
  deadline: 3000,
};
export const SMS_READ: ProviderRequest = { service: 'sms', method: 'GET', path: '/v3/tasks/ef3b9722', deadline: 3000 };

/** The code of a failed answer, and whether it was executed, for short expectations. */
export function summarize(answer: Answer): string {
  return answer.ok ? `ok ${answer.status}` : `${answer.error.code}, executed ${answer.executed}`;
}

/** The summary of the answer after a server of bare sockets did `talk` with the request. */
export async function summarizeAfter(talk: (socket: Socket) => void, deadline = 3000): Promise<string> {
  const { origin } = await socketServer(talk);
  return summarize(await providerAt(origin).send({ ...UPDATE, deadline }));
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
