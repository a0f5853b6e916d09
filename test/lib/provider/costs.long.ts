import { describe, expect, it } from 'vitest';
import { httpServer, providerAt, summarize, summarizeAfter, UPDATE } from '../http/servers.ts';

describe('a hostile reply', () => {
  it.each([
    ['nesting 100,000 deep', '['.repeat(100_000) + ']'.repeat(100_000), 'reply_unreadable, executed unknown'],
    ['a string without end', `"${'\\"'.repeat(100_000)}`, 'reply_unreadable, executed unknown'],
    ['a number of 200,000 digits', '9'.repeat(200_000), 'ok 200'],
  ])('with %s costs little', async (_what, body, expected) => {
    const { origin } = await httpServer((_request, response) => void response.writeHead(200).end(body));
    const start = performance.now();
    expect(summarize(await providerAt(origin).send(UPDATE))).toBe(expected);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('that drips is given up at the deadline', async () => {
    const start = performance.now();
    const summary = await summarizeAfter((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n');
      const timer = setInterval(() => socket.write(' '), 20);
      socket.on('close', () => clearInterval(timer));
    }, 300);
    expect(summary).toBe('request_timeout, executed unknown');
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
