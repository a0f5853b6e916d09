import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { httpServer, json, providerAt, socketServer, summarize, summarizeAfter, UPDATE } from './servers.ts';

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const HINTS = 'HTTP/1.1 103 Early Hints\r\nlink: </x>; rel=preload\r\n\r\n';
const PROCESSING = 'HTTP/1.1 102 Processing\r\n\r\n';
const FINAL = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';

/** The outcome of a reply that arrives in these pieces. */
const saidOf = (...pieces: string[]) =>
  summarizeAfter(async (socket) => {
    socket.setNoDelay(true);
    for (const piece of pieces) {
      socket.write(piece, 'latin1');
      await sleep(2);
    }
  });

describe('a reply', () => {
  it.each([
    ['in one piece with it', [CONTINUE + FINAL]],
    ['a moment later', [CONTINUE, FINAL]],
    ['with headers of its own', ['HTTP/1.1 100 Continue\r\nx-proxy: 1\r\nx: y\r\n\r\n', FINAL]],
    ['without a reason', ['HTTP/1.1 100\r\n\r\n', FINAL]],
    ['after several of them', [CONTINUE + CONTINUE, CONTINUE + FINAL]],
    ['after others, in any order', [PROCESSING + CONTINUE, HINTS + CONTINUE + HINTS, FINAL]],
    ['that breaks anywhere', [...`${CONTINUE}H`, FINAL.slice(1)]],
  ])('counts after a 100 that was not requested: %s', async (_how, pieces) => {
    expect(await saidOf(...pieces)).toBe('ok 200');
  });

  it('counts on a connection that is used again', async () => {
    const { origin, connections } = await httpServer((_request, response) => {
      response.writeContinue();
      json(response, 200, {});
    });
    const provider = providerAt(origin);
    for (let round = 0; round < 3; round++) {
      expect(summarize(await provider.send(UPDATE))).toBe('ok 200');
      await sleep(5);
    }
    expect(connections()).toBe(1);
  });

  it('keeps text in its body that looks like an interim reply', async () => {
    const { origin } = await socketServer((socket) => {
      const text = JSON.stringify(`${CONTINUE}x`);
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${text.length + 2}\r\n\r\n`);
      setTimeout(() => socket.write(`\n${text}\n`), 10);
    });
    expect(await providerAt(origin).send(UPDATE)).toMatchObject({ ok: true, body: `${CONTINUE}x` });
  });

  it.each([
    ['breaks off after it', [CONTINUE]],
    ['breaks off within it', [CONTINUE.slice(0, 15)]],
    ['breaks off within its first word', ['HTT']],
  ])('that %s leaves the outcome open', async (_how, [piece = '']) => {
    expect(await summarizeAfter((socket) => socket.end(piece))).toBe('connection_reset, executed unknown');
  });

  it('whose 100 never ends is not buffered without limit', async () => {
    const talk = (socket: Socket) => socket.write(`HTTP/1.1 100 Continue\r\n${'x: y\r\n'.repeat(4000)}`);
    expect(await summarizeAfter(talk, 300)).toMatch(/, executed unknown$/);
  });

  it.each([
    ['trailers', ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x\r\n\r\n2\r\n{}\r\n0\r\nx: y\r\n\r\n']],
    ['chunks with extensions', ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;a=b;c="d"\r\n{}\r\n0\r\n\r\n']],
    ['a body that ends with the connection', ['HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}']],
    ['bytes beyond ASCII in a header', ['HTTP/1.1 200 OK\r\nx: \xe9\xff\r\ncontent-length: 2\r\n\r\n{}']],
    ['a header without a value and one in capitals', ['HTTP/1.1 200 OK\r\nx:\r\nCONTENT-LENGTH:2\r\n\r\n{}']],
    ['no reason', ['HTTP/1.1 200\r\ncontent-length: 2\r\n\r\n{}']],
    [
      'the same encoding said in other letters',
      ['HTTP/1.1 200 OK\r\ncontent-encoding: Identity\r\ncontent-length: 2\r\n\r\n{}'],
    ],
  ])('may have %s', async (_what, pieces) => {
    const [piece = ''] = pieces;
    const close = piece.includes('connection: close');
    expect(await summarizeAfter((socket) => void (close ? socket.end(piece) : socket.write(piece, 'latin1')))).toBe(
      'ok 200',
    );
  });
});
