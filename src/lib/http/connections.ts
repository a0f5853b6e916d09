import { createSecureContext, type SecureContext } from 'node:tls';
import type { Dispatcher } from 'undici';
// The whole of undici takes twice as long to load, and nothing but its agent is used.
import Agent from 'undici/lib/dispatcher/agent.js';
import { createEarlyConnections } from './early-connections.ts';
import { MAX_BODY } from './exchange.ts';

/** How long an idle connection may have stood before a request that may not be repeated no longer trusts it: a sandbox may have been frozen since. */
const IDLE = 1000;

export interface Connections {
  /** Runs `use` on the shared connections, or on one of its own that is closed afterwards. */
  with<T>(kind: 'shared' | 'own', use: (dispatcher: Dispatcher) => Promise<T>): Promise<T>;
  /** Opens a shared connection before there is a request for it. */
  prepare(origin: string): void;
  /** Drops connections that idled, without waiting for them. */
  refresh(): void;
  close(): Promise<void>;
}

export interface ConnectionOptions {
  /** The most connections per host; a batch has ten records. */
  connections?: number;
  /** PEM of the certificate authority to trust in place of the public ones, for an endpoint of one's own. */
  ca?: string;
  /** The most bytes that a reply's body may have. */
  replyLimit?: number;
  /** How long connections may idle, and how long opening one may take, in milliseconds. */
  idle?: number;
  connect?: number;
  /** Milliseconds since 1970. */
  clock?: () => number;
}

/** Keeps the connections to hosts of one kind, one pool per process. */
export function createConnections({
  connections = 10,
  ca,
  replyLimit = MAX_BODY,
  idle = IDLE,
  connect: connectTimeout = 2000,
  clock = Date.now,
}: ConnectionOptions = {}): Connections {
  const early = createEarlyConnections({
    timeout: connectTimeout,
    // The probe for HTTP/2 opens one connection first and the rest after it: 5 round trips instead of 3 when cold.
    allowH2: false,
    rejectUnauthorized: true,
    secureContext: contextOf(ca),
  });
  const open = (most: number, maxHeaderSize: number, connect = early.connect): Agent =>
    new Agent({
      connections: most,
      pipelining: 1,
      keepAliveTimeout: 60_000,
      keepAliveMaxTimeout: 60_000,
      headersTimeout: 10_000,
      bodyTimeout: 10_000,
      maxHeaderSize,
      maxResponseSize: replyLimit,
      allowH2: false,
      connect,
    });
  let shared = open(connections, 16 * 1024);
  let used = clock();

  const share = async <T>(use: (dispatcher: Dispatcher) => Promise<T>): Promise<T> => {
    try {
      return await use(shared);
    } finally {
      used = clock();
    }
  };
  const own = async <T>(use: (dispatcher: Dispatcher) => Promise<T>): Promise<T> => {
    // IAM's reply carries the token in a header, which alone may have 16,384 characters.
    const agent = open(1, 32 * 1024, early.open);
    try {
      return await use(agent);
    } finally {
      dispose(agent);
    }
  };
  const ways = { shared: share, own };
  return {
    with: (kind, use) => ways[kind](use),
    prepare: early.prepare,
    refresh() {
      if (clock() - used <= idle) return;
      const old = shared;
      shared = open(connections, 16 * 1024);
      used = clock();
      early.dropAll();
      dispose(old);
    },
    close() {
      early.dropAll();
      return shared.close();
    },
  };
}

/** Reading the certificates of the public authorities takes milliseconds, which each connection would spend anew. */
let publicContext: SecureContext | undefined;
function contextOf(ca: string | undefined): SecureContext {
  const minVersion = 'TLSv1.2' as const;
  if (ca !== undefined) return createSecureContext({ minVersion, ca });
  publicContext ??= createSecureContext({ minVersion });
  return publicContext;
}

/** Closes once nothing runs on it any more; nobody waits for it and a failure of it means nothing. */
function dispose(agent: Agent): void {
  agent.close().catch(() => {});
}
