import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, answerJson, readJsonBody, whyRefused } from './access.ts';
import { findFile } from './files.ts';
import type { Routes } from './parts.ts';
import type { Streams } from './stream.ts';

/** Serves the console's paths: files of the page, a stream, reads by GET and writes by POST. */
export function serveRoutes({ reads, writes }: Routes, streams: Streams) {
  const write = async (path: string, request: IncomingMessage, response: ServerResponse) => {
    const act = writes[path];
    if (!act) return false;
    const refusal = whyRefused(request);
    const body = refusal ? undefined : await readJsonBody(request);
    if (body) return done(answerGiven(response, await act(body)));
    const { status, error } = refusal ?? NO_BODY;
    return done(answerJson(response, status, { error }));
  };
  const read = async (url: URL, request: IncomingMessage, response: ServerResponse) => {
    if (url.pathname === '/console/stream') return done(stream(streams, request, response));
    const ask = reads[url.pathname];
    if (!ask) return file(url.pathname, response);
    return done(answerGiven(response, await ask(url.searchParams)));
  };
  /** False if the path does not belong to the console. */
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const url = new URL(request.url ?? '/', 'http://console');
    if (request.method === 'POST') return write(url.pathname, request, response);
    return request.method === 'GET' ? read(url, request, response) : false;
  };
}

const done = (_: unknown): boolean => true;
const NO_BODY = { status: 400, error: 'the body must be a JSON object of at most a megabyte' };
const NOTHING = { error: 'there is nothing of that name' };
const answerGiven = (response: ServerResponse, given: object | undefined) =>
  answerJson(response, given ? 200 : 404, given ?? NOTHING);

/** Opens a stream. If too many are open, it answers 204: the browser then does not try again, and the page polls. */
function stream(streams: Streams, { headers }: IncomingMessage, response: ServerResponse): void {
  if (!streams.open(response, String(headers['last-event-id'] ?? ''))) answer(response, 204, 'text/plain', '');
}

async function file(path: string, response: ServerResponse): Promise<boolean> {
  const found = await findFile(path);
  if (found) answer(response, 200, found.type, found.content);
  return found !== undefined;
}
