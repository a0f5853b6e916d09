import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What the provider does with one request: a reply (not before `after` has resolved), a cut connection, or nothing. */
type Script =
  | { status: number; body?: unknown; headers?: Record<string, string>; after?: Promise<unknown> }
  | { cut: true }
  | { hang: true };

export interface ReceivedRequest {
  method: string;
  path: string;
  body: string;
  headers: Record<string, string | string[] | undefined>;
}

export const REQUEST_ID = '0123456789abcdef0123456789abcdef';

/** A real HTTP server that answers by script: for each method each reply once, then the last one again and again. */
export async function startScriptedProvider() {
  const received: ReceivedRequest[] = [];
  let scripts: Record<string, Script[]> = {};
  const next = (method: string): Script => {
    const script = scripts[method] ?? [];
    return (script.length > 1 ? script.shift() : script[0]) ?? { status: 500 };
  };
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    received.push({ method, path: url, body: await text(request), headers });
    const script = next(method);
    if ('hang' in script) return undefined;
    if ('cut' in script) return request.socket.destroy();
    await script.after;
    response.writeHead(script.status, {
      'content-type': 'application/json',
      'x-request-id': REQUEST_ID,
      ...script.headers,
    });
    return response.end(written(script.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    /** The requests that change something. */
    calls: () => received.filter(({ method }) => method !== 'GET'),
    reads: () => received.filter(({ method }) => method === 'GET'),
    play(next: Record<string, Script | Script[]>) {
      scripts = Object.fromEntries(Object.entries(next).map(([method, script]) => [method, [script].flat()]));
      received.length = 0;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type ScriptedProvider = Awaited<ReturnType<typeof startScriptedProvider>>;

const written = (body: unknown = '') => (typeof body === 'string' ? body : JSON.stringify(body));
