import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Api, startApi } from '../../local/http/api.ts';
import { type RuntimeApi, startRuntimeApi } from '../../local/lambda/runtime-api.ts';
import { type JsonServer, startJsonServer } from '../../stand-ins/json-server.ts';

let service: JsonServer;
let runtime: RuntimeApi;
let api: Api;
const failures: unknown[] = [];
const note = (error: unknown) => failures.push(error);
beforeEach(async () => {
  process.on('unhandledRejection', note);
  service = await startJsonServer({ 'A.B': () => ({ well: true }) });
  runtime = await startRuntimeApi();
  const invoke = async () => ({ ok: true, payload: '{}' }) as const;
  api = await startApi([{ key: 'POST /', invoke }], 0, () => ({}));
});
afterEach(async () => {
  await Promise.all([service.close(), runtime.close(), api.close()]);
  process.off('unhandledRejection', note);
});

/** Sends half of a request, like a process that ends in the middle of it. */
async function breakOff(url: string, path = '/'): Promise<void> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(`POST ${path} HTTP/1.1\r\nhost: ${host}\r\nx-amz-target: A.B\r\ncontent-length: 100\r\n\r\n{"half":`);
  await wait(50);
  socket.resetAndDestroy();
  await wait(50);
}

describe('a caller that disconnects in the middle of its request', () => {
  // Workers end at any moment. The stack once ended with them.
  it('affects nobody else', async () => {
    await breakOff(service.url);
    await breakOff(`http://${runtime.address}`, '/2018-06-01/runtime/invocation/1/response');
    await breakOff(api.url);
    expect(failures).toEqual([]);
    const reply = await fetch(service.url, { method: 'POST', headers: { 'x-amz-target': 'A.B' }, body: '{}' });
    expect(await reply.json()).toEqual({ well: true });
  });
});
