import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createConnections } from '../../../src/lib/http/connections.ts';
import { exchange } from '../../../src/lib/http/exchange.ts';
import { createCredentialGate } from '../../../src/lib/provider/credential-gate.ts';
import type { BreakerStore } from '../../../src/lib/relay/breaker-store.ts';
import { httpServer, json, providerAt, summarize, UPDATE } from './servers.ts';

const forgetful: BreakerStore = {
  read: async () => undefined,
  fail: async (_name, until) => ({ failures: 1, until }),
  tryProbe: async () => true,
  release: async () => {},
  clear: async () => {},
};
const gate = () => createCredentialGate(forgetful, { minDelay: 60_000, maxDelay: 900_000, probe: 20_000 }, Date.now);

/** A server that answers its first request only when it is told to. */
async function serverThatWaits() {
  const first = Promise.withResolvers<ServerResponse>();
  const server = await httpServer((_request, response, count) => {
    if (count === 1) first.resolve(response);
    else json(response, 200, {});
  });
  return { ...server, first: first.promise };
}

const REQUEST = { method: 'GET' as const, path: '/', headers: {} };
const send = (connections: ReturnType<typeof createConnections>, origin: string) =>
  connections.with('shared', (agent) => exchange(agent, { origin, ...REQUEST }, AbortSignal.timeout(2000)));

it('requests that wait for a probe of the credential have their connections opened meanwhile, and use them', async () => {
  const { origin, connections, requests, first } = await serverThatWaits();
  const provider = providerAt(origin, { gate: gate() });
  const answers = Array.from({ length: 10 }, () => provider.send(UPDATE));
  const response = await first;
  await vi.waitFor(() => expect(connections()).toBe(10));
  expect(requests).toHaveLength(1);
  json(response, 200, {});
  expect((await Promise.all(answers)).map(summarize)).toEqual(Array(10).fill('ok 200'));
  expect({ connections: connections(), requests: requests.length }).toEqual({ connections: 10, requests: 10 });
});

it('no connection is opened early for a request that must not share one', async () => {
  const { origin, connections, first } = await serverThatWaits();
  const provider = providerAt(origin, { gate: gate() });
  const answers = [provider.send(UPDATE), provider.send({ ...UPDATE, newConnection: true })];
  const response = await first;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(connections()).toBe(1);
  json(response, 200, {});
  expect((await Promise.all(answers)).map(summarize)).toEqual(['ok 200', 'ok 200']);
});

/** A server that answers each request, and shows which connections are open. `drop` closes them from its side. */
async function serverOfSockets() {
  const open = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    count++;
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const drop = () => {
    for (const socket of open) socket.end();
  };
  onTestFinished(() => {
    server.close();
    drop();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, drop, open: () => open.size, count: () => count };
}

it('a connection that is opened early is the one that is used', async () => {
  const { origin, open, count } = await serverOfSockets();
  const own = createConnections();
  own.prepare(origin);
  await vi.waitFor(() => expect(open()).toBe(1));
  expect(await send(own, origin)).toMatchObject({ complete: true, status: 200 });
  expect(count()).toBe(1);
  await own.close();
});

it('a connection that the other side closed meanwhile is replaced', async () => {
  const { origin, open, count, drop } = await serverOfSockets();
  const own = createConnections();
  own.prepare(origin);
  await vi.waitFor(() => expect(open()).toBe(1));
  drop();
  await vi.waitFor(() => expect(open()).toBe(0));
  expect(await send(own, origin)).toMatchObject({ complete: true, status: 200 });
  expect(count()).toBe(2);
  await own.close();
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('a connection that could not be opened is tried again by the request', async () => {
  const { origin, count } = await serverOfSockets();
  const own = createConnections();
  own.prepare('http://127.0.0.1:1');
  expect(await send(own, 'http://127.0.0.1:1')).toEqual({ complete: false, code: 'connection_refused' });
  expect(await send(own, origin)).toMatchObject({ complete: true, status: 200 });
  expect(count()).toBe(1);
  await own.close();
});

it('an early connection that no request uses is closed after five seconds', async () => {
  const { origin, open } = await serverOfSockets();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const own = createConnections();
  own.prepare(origin);
  while (open() < 1) await turn();
  vi.advanceTimersByTime(4999);
  for (const _ of Array(20)) await turn();
  expect(open()).toBe(1);
  vi.advanceTimersByTime(1);
  vi.useRealTimers();
  await vi.waitFor(() => expect(open()).toBe(0));
});

it.each(['refresh', 'close'] as const)('an early connection that no request used is closed by a %s', async (end) => {
  let now = 0;
  const { origin, open, count } = await serverOfSockets();
  const own = createConnections({ clock: () => now });
  own.prepare(origin);
  await vi.waitFor(() => expect(open()).toBe(1));
  now = 1001;
  await own[end]();
  await vi.waitFor(() => expect(open()).toBe(0));
  expect(count()).toBe(1);
});

it('a connection is opened early only while a credential is not blocked and not yet accepted', async () => {
  let now = 1_000_000;
  const times = { minDelay: 60_000, maxDelay: 900_000, probe: 20_000 };
  const gate = createCredentialGate(forgetful, times, () => now);
  const onWait = vi.fn();
  const calls = async (verdict: 'accepted' | 'refused') => {
    const given = await gate('key', onWait);
    if ('report' in given) await given.report(verdict);
    return onWait.mock.calls.length;
  };
  expect(await calls('refused')).toBe(1);
  expect(await calls('refused')).toBe(1);
  now += 60_001;
  expect(await calls('accepted')).toBe(2);
  expect(await calls('accepted')).toBe(2);
});
