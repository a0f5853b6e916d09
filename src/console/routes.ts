import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { isObject } from '../lib/json/exact-json.ts';
import { findFile } from './files.ts';
import type { Routes } from './parts.ts';
import { MAX_STREAMS, type Streams } from './stream.ts';

/** The headers of every reply. The page loads nothing from elsewhere and can't be put into a frame. */
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};
const STREAM_HEADERS = { ...HEADERS, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' };

/** Serves the console's paths: files of the page, a stream, reads by GET and writes by POST. */
export function serveRoutes({ reads, writes }: Routes, streams: Streams) {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(async (context, next) => {
    for (const [name, value] of Object.entries(HEADERS)) context.header(name, value);
    await next();
  });
  // If too many streams are open, the reply is 204: the browser then does not try again, and the page polls.
  app.get('/console/stream', ({ env: { outgoing }, req, body }) => {
    if (streams.count() >= MAX_STREAMS) return body(null, 204);
    streams.open(outgoing.writeHead(200, STREAM_HEADERS), req.header('last-event-id') ?? '');
    return RESPONSE_ALREADY_SENT;
  });
  for (const [path, read] of Object.entries(reads))
    app.get(path, async (context) => reply(context, await read(new URL(context.req.url).searchParams)));
  for (const [path, write] of Object.entries(writes))
    app.post(path, refuseOtherPages, limitBody, async (context) => {
      const body: unknown = await context.req.json().catch(() => undefined);
      return isObject(body) ? reply(context, await write(body)) : context.json(NO_BODY, 400);
    });
  app.get('*', async (context) => {
    const found = await findFile(context.req.path);
    return found
      ? context.body(new Uint8Array(found.content), 200, { 'content-type': found.type })
      : context.notFound();
  });
  app.notFound((context) => context.json({ message: 'Not Found' }, 404));
  return getRequestListener(app.fetch, { overrideGlobalObjects: false });
}

const MAX_BYTES = 1024 * 1024;
const NO_BODY = { error: 'the body must be a JSON object of at most a megabyte' };
/** The connection ends with the refusal, because the rest of the body is on it. */
const limitBody = bodyLimit({
  maxSize: MAX_BYTES,
  onError: (context) => context.json(NO_BODY, 413, { connection: 'close' }),
});

/**
 * A page of another origin can send a form or plain text to this port without asking, but it can't send JSON or our own
 * origin. A client that is not a browser sends no Origin.
 */
const refuseOtherPages = createMiddleware(async ({ req, json }, next) => {
  if (!/^application\/json *(;|$)/i.test(req.header('content-type') ?? ''))
    return json({ error: 'the content type must be application/json' }, 415);
  const origin = req.header('origin');
  if (origin !== undefined && origin !== `http://${req.header('host')}`)
    return json({ error: 'requests from other pages are refused' }, 403);
  return next();
});

const reply = ({ json }: Context, body: object | undefined) =>
  body ? json(body) : json({ error: 'there is nothing with that name' }, 404);
