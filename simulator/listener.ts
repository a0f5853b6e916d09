import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** The gateway's limit for one header is 32 kB (token manual: a token alone can be many kB). */
const MAX_HEADER = 64 * 1024;
const RETRY_DELAY = 20;

/** The simulator's port. While it is shut, nobody listens, so that the system itself refuses connections. */
export interface Listener {
  port: number;
  /** Shuts the port for some milliseconds. Then it opens by itself and calls `opened`. If it is shut again, the last time counts. */
  shut(ms: number, opened: () => void): void;
  open(): void;
  close(): Promise<void>;
}

/** Listens on loopback. Port 0 takes a free one; a port in use rejects with EADDRINUSE. */
export async function openListener(
  serve: (req: IncomingMessage, res: ServerResponse) => void,
  host: string,
  port: number,
): Promise<Listener> {
  const server = createServer({ maxHeaderSize: MAX_HEADER }, (req, res) => {
    // A connection from before must not be served while the port is shut.
    if (!server.listening) return void req.socket.resetAndDestroy();
    res.once('finish', () => {
      if (!server.listening) req.socket.destroySoon();
    });
    serve(req, res);
  });
  await listening(server, host, port);
  const bound = (server.address() as AddressInfo).port;
  let shut: { timer: NodeJS.Timeout; opened: () => void } | undefined;
  let isClosed = false;

  const listenAgain = async (): Promise<void> => {
    while (!isClosed && !shut && !server.listening) {
      // Another program may have the port for a moment, as the source of a connection of its own.
      await listening(server, host, bound).catch(() => wait(RETRY_DELAY));
    }
  };
  const open = (): void => {
    if (!shut) return;
    clearTimeout(shut.timer);
    shut.opened();
    shut = undefined;
    void listenAgain();
  };
  return {
    port: bound,
    open,
    shut: (ms, opened) => {
      clearTimeout(shut?.timer);
      shut?.opened();
      shut = { timer: setTimeout(open, ms).unref(), opened };
      // Ends idle connections too.
      server.close();
    },
    close: async () => {
      isClosed = true;
      clearTimeout(shut?.timer);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

const listening = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const failed = (reason: Error): void => {
      server.off('listening', listened);
      reject(reason);
    };
    const listened = (): void => {
      server.off('error', failed);
      resolve();
    };
    server.once('error', failed);
    server.once('listening', listened);
    server.listen(port, host);
  });
