import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createProvider } from '../../../src/lib/provider/client.ts';
import {
  httpServer,
  json,
  providerAt,
  type Reply,
  socketServer,
  summarize,
  summarizeAfter,
  UPDATE,
} from './servers.ts';
import { CERTIFICATE, tlsServer } from './tls.ts';

describe('a connection failure', () => {
  it('by refusal means that nothing was executed', async () => {
    const { origin } = await socketServer(() => {});
    const port = Number(new URL(origin).port);
    expect(summarize(await providerAt(`http://127.0.0.1:${await freePort(port)}`).send(UPDATE))).toBe(
      'connection_refused, executed no',
    );
  });

  it('by refusal on each address of a name means that nothing was executed', async () => {
    expect(summarize(await providerAt(`http://localhost:${await freePort(0)}`).send(UPDATE))).toBe(
      'connection_refused, executed no',
    );
  });

  it('by silence for two seconds means that nothing was executed', async () => {
    const { origin } = await socketServer(() => {});
    expect(summarize(await providerAt(origin.replace('http:', 'https:')).send({ ...UPDATE, deadline: 9000 }))).toBe(
      'connect_timeout, executed no',
    );
  });

  it('by a path that cannot be sent means that nothing was executed', async () => {
    const { origin, requests } = await httpServer((_request, response) => json(response, 200, {}));
    for (const path of ['v2/x', '/v2/\r\nx: y', '/v2/a b'])
      expect(summarize(await providerAt(origin).send({ ...UPDATE, path }))).toBe('request_not_sendable, executed no');
    expect(requests).toHaveLength(0);
  });

  it('by name resolution means that nothing was executed', async () => {
    expect(summarize(await providerAt('https://dcs.relay.invalid').send(UPDATE))).toBe('dns_failed, executed no');
  });

  it('by an unknown certificate means that nothing was executed', async () => {
    const { origin, served } = await tlsServer();
    expect(summarize(await providerAt(origin).send(UPDATE))).toBe('tls_failed, executed no');
    expect(served()).toBe(0);
  });

  it('by an unknown certificate remains one if the environment asks to ignore certificates', async () => {
    const { origin } = await tlsServer();
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    onTestFinished(() => void delete process.env.NODE_TLS_REJECT_UNAUTHORIZED);
    expect(summarize(await providerAt(origin).send(UPDATE))).toBe('tls_failed, executed no');
  });

  it('by a certificate for another host means that nothing was executed', async () => {
    const { origin } = await tlsServer();
    const other = origin.replace('localhost', '127.0.0.1');
    expect(summarize(await providerAt(other, { ca: CERTIFICATE }).send(UPDATE))).toBe('tls_failed, executed no');
  });

  it('by TLS below 1.2 means that nothing was executed', async () => {
    const { origin } = await tlsServer({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    expect(summarize(await providerAt(origin, { ca: CERTIFICATE }).send(UPDATE))).toBe('tls_failed, executed no');
  });

  it('by plain text in place of TLS means that nothing was executed', async () => {
    const { origin } = await socketServer((socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\n'));
    expect(summarize(await providerAt(origin.replace('http:', 'https:')).send(UPDATE))).toBe('tls_failed, executed no');
  });

  it('by a reset during the handshake means that nothing was executed', async () => {
    const { origin } = await socketServer((socket) => void socket.resetAndDestroy());
    expect(summarize(await providerAt(origin.replace('http:', 'https:')).send(UPDATE))).toMatch(/executed no$/);
  });

  it('does not happen with a certificate that the given authority signed', async () => {
    const { origin } = await tlsServer();
    expect(summarize(await providerAt(origin, { ca: CERTIFICATE }).send(UPDATE))).toBe('ok 200');
  });

  it('by a reset after the request leaves the outcome open', async () => {
    expect(await summarizeAfter((socket) => void socket.resetAndDestroy())).toBe('connection_reset, executed unknown');
  });

  it('by a close after the request leaves the outcome open', async () => {
    expect(await summarizeAfter((socket) => void socket.end())).toBe('connection_reset, executed unknown');
  });

  it('during a request does not repeat it on another connection', async () => {
    let count = 0;
    const { origin, requests } = await httpServer((_request, response) => {
      if (++count === 1) return json(response, 200, {});
      response.socket?.resetAndDestroy();
    });
    const provider = providerAt(origin);
    expect(summarize(await provider.send(UPDATE))).toBe('ok 200');
    expect(summarize(await provider.send(UPDATE))).toBe('connection_reset, executed unknown');
    expect(requests).toHaveLength(2);
  });
});

describe('connections', () => {
  const accept: Reply = (_request, response) => json(response, 200, {});

  it('are used again', async () => {
    const { origin, connections } = await httpServer(accept);
    const provider = providerAt(origin);
    for (let round = 0; round < 3; round++) {
      await provider.send(UPDATE);
      await turn();
    }
    expect(connections()).toBe(1);
  });

  it('are at most as many as allowed, however many requests there are', async () => {
    const { origin, connections, requests } = await httpServer((_request, response) =>
      setTimeout(() => json(response, 200, {}), 20),
    );
    const provider = providerAt(origin, { connections: 3 });
    await Promise.all(Array.from({ length: 12 }, () => provider.send(UPDATE)));
    expect({ connections: connections(), requests: requests.length }).toEqual({ connections: 3, requests: 12 });
  });

  it('that idled more than a second are dropped when an invocation starts', async () => {
    let now = 0;
    const { origin, connections } = await httpServer(accept);
    const provider = providerAt(origin, { clock: () => now });
    await provider.send(UPDATE);
    await turn();
    now = 1000;
    provider.refreshConnections();
    await provider.send(UPDATE);
    expect(connections()).toBe(1);
    await turn();
    now = 2001;
    provider.refreshConnections();
    expect(summarize(await provider.send(UPDATE))).toBe('ok 200');
    expect(connections()).toBe(2);
  });

  it('count as idle only after the end of their last request', async () => {
    let now = 0;
    const { origin, connections } = await httpServer(accept);
    const provider = providerAt(origin, { clock: () => now });
    now = 5000;
    await provider.send(UPDATE);
    await turn();
    now = 6000;
    provider.refreshConnections();
    await provider.send(UPDATE);
    expect(connections()).toBe(1);
  });

  it('that were dropped a moment ago are not dropped again', async () => {
    let now = 0;
    const { origin, connections } = await httpServer((_request, response) =>
      setTimeout(() => json(response, 200, {}), 50),
    );
    const provider = providerAt(origin, { clock: () => now, connections: 1 });
    now = 5000;
    provider.refreshConnections();
    const first = provider.send(UPDATE);
    await turn();
    now = 5500;
    provider.refreshConnections();
    expect([await provider.send(UPDATE), await first].map(summarize)).toEqual(['ok 200', 'ok 200']);
    expect(connections()).toBe(1);
  });

  it('speak HTTP/1.1 with a server that offers HTTP/2', async () => {
    const { origin, agreed } = await tlsServer({ ALPNProtocols: ['h2', 'http/1.1'] });
    expect(summarize(await providerAt(origin, { ca: CERTIFICATE }).send(UPDATE))).toBe('ok 200');
    expect(agreed).toEqual(['http/1.1']);
  });

  it('that were dropped, or were for one request alone, are closed', async () => {
    let now = 0;
    const { origin, open } = await httpServer(accept);
    const provider = providerAt(origin, { clock: () => now });
    await provider.send(UPDATE);
    await provider.send({ ...UPDATE, newConnection: true });
    await vi.waitFor(() => expect(open()).toBe(1));
    now = 5000;
    provider.refreshConnections();
    await vi.waitFor(() => expect(open()).toBe(0));
  });

  it('are dropped without disturbing a request that is under way', async () => {
    let now = 0;
    const { origin } = await httpServer((_request, response) => setTimeout(() => json(response, 200, {}), 50));
    const provider = providerAt(origin, { clock: () => now });
    const running = provider.send(UPDATE);
    now = 5000;
    provider.refreshConnections();
    expect(summarize(await running)).toBe('ok 200');
  });

  it('are not shared by a request that must not repeat', async () => {
    const { origin, connections } = await httpServer(accept);
    const provider = providerAt(origin);
    await provider.send(UPDATE);
    await provider.send({ ...UPDATE, newConnection: true });
    await provider.send({ ...UPDATE, newConnection: true });
    await turn();
    await provider.send(UPDATE);
    expect(connections()).toBe(3);
  });

  it('that the other side closed while they were idle cost no request', async () => {
    const { origin, requests } = await httpServer((_request, response) => {
      response.on('finish', () => setTimeout(() => response.socket?.destroy(), 10));
      json(response, 200, {});
    });
    const provider = providerAt(origin);
    await provider.send(UPDATE);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(summarize(await provider.send(UPDATE))).toBe('ok 200');
    expect(requests).toHaveLength(2);
  });
});

describe('a request that waits', () => {
  it('for a connection until its deadline is never sent', async () => {
    const { origin, requests } = await httpServer((_request, response) =>
      setTimeout(() => json(response, 200, {}), 600),
    );
    const provider = providerAt(origin, { connections: 1 });
    const first = provider.send(UPDATE);
    expect(summarize(await provider.send({ ...UPDATE, deadline: 200 }))).toBe('not_sent_in_time, executed no');
    expect(summarize(await first)).toBe('ok 200');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(requests).toHaveLength(1);
  });

  it('without any time left is never sent', async () => {
    const { origin, requests } = await httpServer((_request, response) => json(response, 200, {}));
    expect(summarize(await providerAt(origin).send({ ...UPDATE, deadline: -1 }))).toBe('not_sent_in_time, executed no');
    expect(requests).toHaveLength(0);
  });

  it('for its credential until its deadline is never sent', async () => {
    const { origin, requests } = await httpServer((_request, response) => json(response, 200, {}));
    const provider = providerAt(origin, { load: () => new Promise<string>(() => {}) });
    expect(summarize(await provider.send({ ...UPDATE, deadline: 100 }))).toBe('not_sent_in_time, executed no');
    expect(requests).toHaveLength(0);
  });

  it('for a service that is not configured is never sent', async () => {
    const provider = createProvider({ endpoints: { iam: 'http://127.0.0.1:1' }, load: async () => '' });
    expect(summarize(await provider.send(UPDATE))).toBe('service_not_configured, executed no');
  });
});

/** undici uses a connection again only in the turn after its reply. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** A port on which nothing listens: one that was just released. */
async function freePort(other: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  expect(port).not.toBe(other);
  return port;
}
