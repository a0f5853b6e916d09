import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { close, listen } from '../../stand-ins/listen.ts';

/** What an AWS service does with a request: it replies, or it closes the connection. */
export type Say = { status: number; body?: string; headers?: Record<string, string> } | 'cut' | 'silence';

interface Heard {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  at: number;
  /** The caller's end of the connection. */
  port: number | undefined;
}

/** A server that records calls and gives the listed replies in turn. The last one is repeated. */
export async function startAwsService(...says: Say[]) {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url: path = '', headers } = request;
    const { remotePort: port } = request.socket;
    heard.push({ method, path, headers, body: await text(request), at: performance.now(), port });
    const say = says[Math.min(heard.length, says.length) - 1] ?? { status: 200 };
    if (say === 'cut') return request.socket.destroy();
    if (say !== 'silence') response.writeHead(say.status, say.headers).end(say.body ?? '');
  });
  return { url: await listen(server), heard, says, stop: () => close(server) };
}
