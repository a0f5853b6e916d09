import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { httpServer, providerAt, summarize, summarizeAfter, UPDATE } from '../http/servers.ts';

const HEAD = 'HTTP/1.1 200 OK\r\n';

describe('a hostile reply', () => {
  it('is not unpacked when it is a gzip bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024));
    const { origin, requests } = await httpServer((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    expect(summarize(await providerAt(origin).send(UPDATE))).toBe('reply_encoded, executed unknown');
    expect(requests[0]?.headers['accept-encoding']).toBe('identity');
  });

  it('is not read to its end when it has 100 MB and says so', async () => {
    const talk = (socket: Socket): void => void socket.write(`${HEAD}content-length: 104857600\r\n\r\n{`);
    expect(await summarizeAfter(talk)).toBe('reply_too_large, executed unknown');
  });

  it('is not read to its end when it has 100 MB and does not say so', async () => {
    let pulled = 0;
    const endless = new Readable({
      read() {
        this.push(++pulled < 1600 ? Buffer.alloc(64 * 1024, ' ') : null);
      },
    });
    const { origin } = await httpServer((_request, response) => void endless.pipe(response));
    expect(summarize(await providerAt(origin).send(UPDATE))).toBe('reply_too_large, executed unknown');
    expect(pulled).toBeLessThan(320);
  });

  it('does not delay a request past its deadline by dripping', async () => {
    const drip = (socket: Socket): void => {
      socket.write(`${HEAD}content-length: 5000\r\n\r\n`);
      const timer = setInterval(() => socket.write(' '), 20);
      socket.on('close', () => clearInterval(timer));
    };
    expect(await summarizeAfter(drip, 300)).toBe('request_timeout, executed unknown');
  });

  it.each([
    ['never sends a header', () => {}],
    ['sends headers byte by byte', drip('HTTP/1.1 200 OK\r\nx-a: '.padEnd(5000, 'b'))],
    ['announces a body and never sends it', (socket: Socket) => void socket.write(`${HEAD}content-length: 5\r\n\r\n`)],
  ])('that %s ends at the deadline', async (_what, talk) => {
    expect(await summarizeAfter(talk, 300)).toBe('request_timeout, executed unknown');
  });

  it('with a header above 16 KB is refused', async () => {
    const talk = (socket: Socket): void => void socket.write(`${HEAD}x-long: ${'a'.repeat(20_000)}\r\n\r\n`);
    expect(await summarizeAfter(talk)).toBe('reply_too_large, executed unknown');
  });

  it('with headers without end is refused', async () => {
    expect(await summarizeAfter((socket) => repeat(`x-more: ${'a'.repeat(100)}\r\n`)(socket, HEAD))).toBe(
      'reply_too_large, executed unknown',
    );
  });

  it.each([300, 301, 302, 303, 304, 307, 308])('with HTTP %i is not followed', async (status) => {
    const { origin, requests } = await httpServer((_request, response) => {
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    expect(summarize(await providerAt(origin).send(UPDATE))).toBe('redirect_refused, executed unknown');
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['is reset', (socket: Socket) => socket.write(`${HEAD}\r\n`, () => setTimeout(() => socket.resetAndDestroy(), 20))],
    ['ends', (socket: Socket) => socket.end(`${HEAD}\r\n`)],
  ])('of 200 that is empty until its connection %s may have been cut', async (_what, talk) => {
    expect(await summarizeAfter((socket) => void talk(socket))).toBe('reply_truncated, executed unknown');
  });

  it('that is not HTTP is reported as such', async () => {
    expect(await summarizeAfter((socket) => void socket.end('SSH-2.0-x\r\n'))).toBe(
      'reply_unreadable, executed unknown',
    );
  });

  it('with two lengths is unreadable', async () => {
    const talk = (socket: Socket): void => void socket.end(`${HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`);
    expect(await summarizeAfter(talk)).toBe('reply_unreadable, executed unknown');
  });

  it.each([
    ['HTML', '<html><body>OK</body></html>'],
    ['half a JSON text', '{"a":'],
    ['two JSON texts', '{}{}'],
    ['a trailing comma', '{"a":1,}'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
    ['nesting 70 deep', '['.repeat(70) + ']'.repeat(70)],
    ['nesting 100,000 deep', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['a string without end', `"${'\\"'.repeat(100_000)}`],
  ])('of 200 with %s is unreadable', async (_what, body) => {
    const { origin } = await httpServer((_request, response) => void response.writeHead(200).end(body));
    expect(summarize(await providerAt(origin).send(UPDATE))).toBe('reply_unreadable, executed unknown');
  });

  it('with a number of 200,000 digits is read', async () => {
    const { origin } = await httpServer((_request, response) => void response.writeHead(200).end('9'.repeat(200_000)));
    expect(summarize(await providerAt(origin).send(UPDATE))).toBe('ok 200');
  });

  it.each([
    ['a string', '"done"', 'done'],
    ['an array', '[1]', [1]],
    ['null', 'null', undefined],
    ['nothing', '', undefined],
    ['blanks', ' \n', undefined],
    ['an int64', '{"n":9223372036854775807}', { n: 9223372036854775807n }],
  ])('of 200 with %s is passed on', async (_what, text, body) => {
    const { origin } = await httpServer((_request, response) => void response.writeHead(200).end(text));
    expect(await providerAt(origin).send(UPDATE)).toEqual({ ok: true, status: 200, body });
  });

  it('of 204 has no body', async () => {
    const { origin } = await httpServer((_request, response) => void response.writeHead(204).end());
    expect(await providerAt(origin).send(UPDATE)).toEqual({ ok: true, status: 204, body: undefined });
  });

  it.each([
    ['by its length', `${HEAD}content-length: 50\r\n\r\n{"a"`],
    ['by its chunks', `${HEAD}transfer-encoding: chunked\r\n\r\n4\r\n{"a"\r\n`],
  ])('that breaks off, %s, is truncated', async (_what, text) => {
    expect(await summarizeAfter((socket) => void socket.end(text))).toBe('reply_truncated, executed unknown');
  });

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['two lengths', `${HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`],
    ['100 Continue for ever', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(50)],
    ['a negative length', `${HEAD}content-length: -1\r\n\r\n{}`],
    [
      'an upgrade that nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    ],
  ])('of %s is never a success', async (_what, text) => {
    expect(await summarizeAfter((socket) => void socket.end(text))).toMatch(/executed unknown$/);
  });

  it('of an error with HTML is classified by its status', async () => {
    const { origin } = await httpServer((_request, response) => void response.writeHead(502).end('<html>Bad Gateway'));
    expect(summarize(await providerAt(origin).send(UPDATE))).toBe('http_502, executed unknown');
  });

  it('of a compressed error leaves the outcome open', async () => {
    const { origin } = await httpServer((_request, response) => {
      response.writeHead(400, { 'content-encoding': 'br' }).end('x');
    });
    expect(summarize(await providerAt(origin).send(UPDATE))).toBe('reply_encoded, executed unknown');
  });
});

function drip(text: string): (socket: Socket) => void {
  return (socket) => {
    let at = 0;
    const timer = setInterval(() => socket.write(text.charAt(at++)), 10);
    socket.on('close', () => clearInterval(timer));
  };
}

function repeat(text: string): (socket: Socket, first?: unknown) => void {
  return (socket, first) => {
    if (typeof first === 'string') socket.write(first);
    const timer = setInterval(() => socket.write(text.repeat(50)), 5);
    socket.on('close', () => clearInterval(timer));
  };
}
