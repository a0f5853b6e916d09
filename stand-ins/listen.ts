import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;

/** A server whose callers may disconnect in the middle of a request, as a worker does when it is ended. Only that connection ends. */
export function createPatientServer(handler: Handler, options: ServerOptions = {}): Server {
  return createServer(options, (request, response) => {
    handler(request, response).catch((error) => {
      response.destroy();
      if (request.complete) throw error;
    });
  });
}

/** Listens on the loopback interface only (port 0: any free one) and gives the address, http://127.0.0.1:PORT. */
export async function listen(server: Server, port = 0): Promise<string> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Stops listening and ends open connections. `stop` replaces the server's own `close`. */
export async function close(server: Server, stop = server.close): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  stop.call(server);
  server.closeAllConnections();
  await closed;
}
