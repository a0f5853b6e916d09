import { createServer } from 'node:http';
import { close, listen } from '../../stand-ins/listen.ts';

/** A server that accepts every request and never replies. */
export async function startSilentServer() {
  const server = createServer(() => {});
  return { url: await listen(server), stop: () => close(server) };
}
