import { createSecureContext, type SecureContext } from 'node:tls';
import type { Dispatcher } from 'undici';
// Only the agent of undici is used, and the whole package takes longer to load.
import Agent from 'undici/lib/dispatcher/agent.js';
import { createEarlyConnections } from './early-connections.ts';
import { MAX_BODY } from './exchange.ts';

/** How long a connection may idle, in milliseconds. An older one may have broken while the process was frozen. */
const IDLE = 1000;

interface ConnectionOptions {
  /** The most connections per host. A batch has ten records. */
  connections?: number;
  /** PEM of the certificate authority to trust in place of the public ones, for private endpoints. */
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
}: ConnectionOptions = {}) {
  const early = createEarlyConnections({
    timeout: connectTimeout,
    // With HTTP/2 allowed, undici opens one connection first and the others after it, which takes more round trips.
    allowH2: false,
    rejectUnauthorized: true,
    secureContext: contextOf(ca),
  });
  const open = (max: number, maxHeaderSize: number, connect = early.connect): Agent =>
    new Agent({
      connections: max,
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
    // IAM's reply has the token in a header, which alone may have 16,384 characters.
    const agent = open(1, 32 * 1024, early.open);
    try {
      return await use(agent);
    } finally {
      dispose(agent);
    }
  };
  const ways = { shared: share, own };
  return {
    /** Runs `use` on the shared connections, or on one of its own that is closed afterwards. */
    with: <T>(kind: 'shared' | 'own', use: (dispatcher: Dispatcher) => Promise<T>): Promise<T> => ways[kind](use),
    /** Opens a shared connection before there is a request for it. */
    prepare: early.prepare,
    /** Closes idle connections, without waiting for them. */
    refresh() {
      if (clock() - used <= idle) return;
      const old = shared;
      shared = open(connections, 16 * 1024);
      used = clock();
      early.dropAll();
      dispose(old);
    },
    close(): Promise<void> {
      early.dropAll();
      return shared.close();
    },
  };
}

export type Connections = ReturnType<typeof createConnections>;

/** The certificates of the public authorities. They are kept, because reading them again for each connection takes time. */
let publicContext: SecureContext | undefined;
function contextOf(ca: string | undefined): SecureContext {
  const minVersion = 'TLSv1.2' as const;
  if (ca !== undefined) return createSecureContext({ minVersion, ca });
  publicContext ??= createSecureContext({ minVersion });
  return publicContext;
}

/** Closes an agent when its requests are finished. Nobody waits for this, and a failure has no effect. */
function dispose(agent: Agent): void {
  agent.close().catch(() => {});
}
