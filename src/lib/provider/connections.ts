import { Agent, type Dispatcher } from 'undici';

/** How long an idle connection may have stood before it is no longer trusted: a sandbox may have been frozen since. */
const IDLE = 1000;

export interface Connections {
  /** Runs `use` on the shared connections, or on one of its own that is closed afterwards. */
  with<T>(kind: 'shared' | 'own', use: (dispatcher: Dispatcher) => Promise<T>): Promise<T>;
  /** Drops connections that idled, without waiting for them. */
  refresh(): void;
  close(): Promise<void>;
}

export interface ConnectionOptions {
  /** The most connections per host; a batch has ten records. */
  connections?: number;
  /** PEM of the certificate authority to trust in place of the public ones, for an endpoint of one's own. */
  ca?: string;
  /** Milliseconds since 1970. */
  clock?: () => number;
}

/** Keeps the connections to the provider's hosts, one pool per process. */
export function createConnections({ connections = 10, ca, clock = Date.now }: ConnectionOptions = {}): Connections {
  const open = (most: number, maxHeaderSize: number): Agent =>
    new Agent({
      connections: most,
      pipelining: 1,
      keepAliveTimeout: 60_000,
      keepAliveMaxTimeout: 60_000,
      headersTimeout: 10_000,
      bodyTimeout: 10_000,
      maxHeaderSize,
      maxResponseSize: 256 * 1024,
      // The probe for HTTP/2 opens one connection first and the rest after it: 5 round trips instead of 3 when cold.
      allowH2: false,
      connect: { timeout: 2000, minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(ca !== undefined && { ca }) },
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
    const agent = open(1, 32 * 1024);
    try {
      return await use(agent);
    } finally {
      dispose(agent);
    }
  };
  return {
    with: (kind, use) => (kind === 'shared' ? share(use) : own(use)),
    refresh() {
      if (clock() - used <= IDLE) return;
      const idle = shared;
      shared = open(connections, 16 * 1024);
      used = clock();
      dispose(idle);
    },
    close: () => shared.close(),
  };
}

/** Closes once nothing runs on it any more; nobody waits for it and a failure of it means nothing. */
function dispose(agent: Agent): void {
  agent.close().catch(() => {});
}
