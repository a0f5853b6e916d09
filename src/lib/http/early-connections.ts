import type { buildConnector } from 'undici';
// The whole of undici takes twice as long to load.
import connector from 'undici/lib/core/connect.js';
import { withoutInterim } from './interim-replies.ts';

type Connect = buildConnector.connector;
type Socket = Parameters<buildConnector.Callback>[1];

/** A connection that nobody has asked for yet; null when it could not be opened. */
interface Early {
  socket: Promise<Socket>;
  timer: NodeJS.Timeout;
}

/** An unused connection is closed after so many milliseconds, before the other side might do it. */
const MAX = 5000;

/**
 * Opens connections before they are needed: while one request proves the credential, those behind it have theirs opened,
 * which saves them two round trips. `connect` is what undici's agents open connections with, `open` the same without those.
 */
export function createEarlyConnections(options: buildConnector.BuildOptions) {
  const connect = connector(options);
  const open: Connect = (wanted, callback) =>
    connect(wanted, (...[error, socket]) => (error ? callback(error, null) : callback(null, withoutInterim(socket))));
  const waiting = new Map<string, Early[]>();

  const drop = (host: string, early: Early): void => {
    clearTimeout(early.timer);
    waiting.set(host, waiting.get(host)?.filter((other) => other !== early) ?? []);
    early.socket.then((socket) => socket?.destroy());
  };

  return {
    open,
    prepare(origin: string): void {
      const { host, hostname, protocol, port } = new URL(origin);
      const { promise, resolve } = Promise.withResolvers<Socket>();
      const early: Early = { socket: promise, timer: setTimeout(() => drop(host, early), MAX).unref() };
      waiting.set(host, [...(waiting.get(host) ?? []), early]);
      open({ host, hostname, protocol, port }, (_error, socket) => resolve(socket));
    },
    connect: ((wanted, callback) => {
      const early = waiting.get(wanted.host ?? '')?.shift();
      if (!early) return open(wanted, callback);
      clearTimeout(early.timer);
      early.socket.then((socket) => (socket && !socket.destroyed ? callback(null, socket) : open(wanted, callback)));
    }) satisfies Connect as Connect,
    /** Closes those that nobody has asked for. */
    dropAll(): void {
      for (const [host, some] of waiting) for (const early of some) drop(host, early);
    },
  };
}
