import { createServer } from 'node:http';
import { close, listen } from '../../stand-ins/listen.ts';

/** A server that takes every request and never answers one. */
export async function startSilentServer() {
  const server = createServer(() => {});
  return { url: await listen(server), stop: () => close(server) };
}
