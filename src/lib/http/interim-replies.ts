import type { buildConnector } from 'undici';

type Socket = NonNullable<Parameters<buildConnector.Callback>[1]>;

/** The largest head of an interim reply, in bytes, as for any reply. */
const MAX_HEAD = 16 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * Removes interim replies from what a socket reads. A server may send `100 Continue` although nobody asked for it, and a
 * client must discard it (RFC 9110 15.2). undici discards other interim replies but destroys the connection on that one.
 * A socket has one request at a time, so the first bytes read after a write are the head of a reply.
 */
export function withoutInterim(socket: Socket): Socket {
  const read = socket.read.bind(socket);
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  let buffered: Buffer | undefined;
  socket.write = (...args: unknown[]) => {
    buffered = NOTHING;
    return write(...args);
  };
  /** The part of the chunk that undici may read; undefined as long as all of it may belong to an interim reply. */
  const pass = (chunk: Buffer): Buffer | undefined => {
    if (buffered === undefined) return chunk;
    const { rest, isComplete } = afterInterim(buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]));
    buffered = isComplete ? undefined : rest;
    return isComplete ? rest : undefined;
  };
  const readNext = (size?: number): Buffer | null => {
    const chunk: Buffer | null = read(size);
    return chunk === null ? null : (pass(chunk) ?? readNext(size));
  };
  socket.read = readNext;
  return socket;
}

/** Matches the start of an interim reply's status line, up to the status (101 is a final one). */
const INTERIM = /^HTTP\/1\.1 1(?!01)\d\d/;
const BEGINNING = 'HTTP/1.1 1';

/** The bytes after the interim replies. `isWhole` is false as long as they may be the beginning of another one. */
function afterInterim(bytes: Buffer): { rest: Buffer; isComplete: boolean } {
  const line = bytes.toString('latin1', 0, 12);
  if (line.length < 12) return { rest: bytes, isComplete: !line.startsWith(BEGINNING.slice(0, line.length)) };
  if (!INTERIM.test(line)) return { rest: bytes, isComplete: true };
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return { rest: bytes, isComplete: bytes.length > MAX_HEAD };
  return afterInterim(bytes.subarray(end + 4));
}
