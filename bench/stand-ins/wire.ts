import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { Identity } from '../../local/http/certificate.ts';
import { createDelay } from './delay.ts';

/** One for everything that a process serves, because one processor does all of it. */
const delay = createDelay();

/** Forgets what it learned from one caller, so that every caller meets the same conditions. */
export const clearDelay = delay.clear;

/** A complete request. */
export interface Request {
  /** The X-Amz-Target header, or an empty text. */
  target: string;
  body: string;
}

/** A reply, to be sent `wait` milliseconds after the complete request. */
export interface Reply {
  status: number;
  type: string;
  body: string;
  wait: number;
}

/**
 * Answers HTTP/1.1 over TLS on the loopback interface with as little work as possible, so that only the caller is measured.
 * Bodies need a Content-Length, which every measured client sends. Returns the origin.
 */
export async function serve({ key, certificate }: Identity, answer: (request: Request) => Reply): Promise<string> {
  const server = createServer({ key, cert: certificate }, (socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    const read = createReader((request) => {
      const reply = answer(request);
      delay.after(reply.wait, () => write(socket, reply));
    });
    socket.on('data', (chunk: Buffer) => {
      delay.arrived();
      read(chunk);
    });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Cuts the bytes of one connection into requests. */
function createReader(take: (request: Request) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let request = cut(rest); request; request = cut(rest)) {
      rest = rest.subarray(request.size);
      take(request);
    }
  };
}

function cut(bytes: Buffer): (Request & { size: number }) | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const size = end + 4 + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  if (bytes.length < size) return undefined;
  const target = /\r\nx-amz-target: *([^\r]+)/i.exec(head)?.[1] ?? '';
  return { target, body: bytes.toString('utf8', end + 4, size), size };
}

const REQUEST_ID = '0123456789abcdef0123456789abcdef';

function write(socket: TLSSocket, { status, type, body }: Reply): void {
  if (socket.destroyed) return;
  const head = `HTTP/1.1 ${status} ${status === 200 ? 'OK' : 'Bad Request'}\r\ncontent-type: ${type}\r\n`;
  socket.write(
    `${head}x-request-id: ${REQUEST_ID}\r\nx-amzn-requestid: ${REQUEST_ID}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
