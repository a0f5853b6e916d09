import type { buildConnector } from 'undici';

type Socket = NonNullable<Parameters<buildConnector.Callback>[1]>;

/** How long the head of an interim reply may be, as for any head. */
const MAX = 16 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * Takes the interim replies out of what a socket reads before a reply. A server may send a `100 Continue` unasked, and a
 * client must discard it (RFC 9110 15.2); undici discards others, but destroys the connection on that one. One request at a
 * time is sent on a socket, so what is read first after a write is the head of a reply.
 */
export function withoutInterim(socket: Socket): Socket {
  const read = socket.read.bind(socket);
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  let held: Buffer | undefined;
  socket.write = (...args: unknown[]) => {
    held = NOTHING;
    return write(...args);
  };
  /** What of the chunk may be read; undefined as long as it may all be of an interim reply. */
  const pass = (chunk: Buffer): Buffer | undefined => {
    if (held === undefined) return chunk;
    const { rest, isWhole } = afterInterim(held.length === 0 ? chunk : Buffer.concat([held, chunk]));
    held = isWhole ? undefined : rest;
    return isWhole ? rest : undefined;
  };
  const readOn = (size?: number): Buffer | null => {
    const chunk: Buffer | null = read(size);
    return chunk === null ? null : (pass(chunk) ?? readOn(size));
  };
  socket.read = readOn;
  return socket;
}

/** A status line as far as the status: of an interim reply (101 is a final one), or of one of which too little has come to say. */
const INTERIM = /^HTTP\/1\.1 1(?!01)\d\d/;
const BEGINNING = 'HTTP/1.1 1';

/** What follows the interim replies; not whole as long as it may still be the beginning of another one. */
function afterInterim(bytes: Buffer): { rest: Buffer; isWhole: boolean } {
  const line = bytes.toString('latin1', 0, 12);
  if (line.length < 12) return { rest: bytes, isWhole: !line.startsWith(BEGINNING.slice(0, line.length)) };
  if (!INTERIM.test(line)) return { rest: bytes, isWhole: true };
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return { rest: bytes, isWhole: bytes.length > MAX };
  return afterInterim(bytes.subarray(end + 4));
}
