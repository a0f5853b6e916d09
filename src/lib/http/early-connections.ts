import type { buildConnector } from 'undici';
// The whole of undici takes longer to load.
import connector from 'undici/lib/core/connect.js';
import { withoutInterim } from './interim-replies.ts';

type Connect = buildConnector.connector;
type Socket = Parameters<buildConnector.Callback>[1];

/** A connection that no request uses yet; null when it could not be opened. */
interface EarlyConnection {
  socket: Promise<Socket>;
  timer: NodeJS.Timeout;
}

/** How long an unused connection is kept, in milliseconds. It is closed before the other side might do so. */
const MAX_UNUSED = 5000;

/**
 * Opens connections before they are needed. While one request probes the credential, the connections of the waiting requests
 * are opened, which saves them round trips. undici's agents call `connect`, which takes an early connection; `open` always
 * opens a new one.
 */
export function createEarlyConnections(options: buildConnector.BuildOptions) {
  const connect = connector(options);
  const open: Connect = (wanted, callback) =>
    connect(wanted, (...[error, socket]) => (error ? callback(error, null) : callback(null, withoutInterim(socket))));
  const waiting = new Map<string, EarlyConnection[]>();

  const drop = (host: string, early: EarlyConnection): void => {
    clearTimeout(early.timer);
    waiting.set(host, waiting.get(host)?.filter((other) => other !== early) ?? []);
    early.socket.then((socket) => socket?.destroy());
  };

  return {
    open,
    prepare(origin: string): void {
      const { host, hostname, protocol, port } = new URL(origin);
      const { promise, resolve } = Promise.withResolvers<Socket>();
      const early: EarlyConnection = {
        socket: promise,
        timer: setTimeout(() => drop(host, early), MAX_UNUSED).unref(),
      };
      waiting.set(host, [...(waiting.get(host) ?? []), early]);
      open({ host, hostname, protocol, port }, (_error, socket) => resolve(socket));
    },
    connect: ((wanted, callback) => {
      const early = waiting.get(wanted.host ?? '')?.shift();
      if (!early) return open(wanted, callback);
      clearTimeout(early.timer);
      early.socket.then((socket) => (socket && !socket.destroyed ? callback(null, socket) : open(wanted, callback)));
    }) satisfies Connect as Connect,
    /** Closes the connections that no request uses. */
    dropAll(): void {
      for (const [host, some] of waiting) for (const early of some) drop(host, early);
    },
  };
}
