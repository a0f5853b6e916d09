import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Listens on the loopback interface only (port 0: any free one) and gives the address, http://127.0.0.1:PORT. */
export async function listen(server: Server, port = 0): Promise<string> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Stops listening and ends open connections too; `stop` is used where a server brings a close of its own. */
export async function close(server: Server, stop = server.close): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  stop.call(server);
  server.closeAllConnections();
  await closed;
}
