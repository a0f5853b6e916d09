import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const moduleAt = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);

/** Sends requests to a server over the relay's connections. Only in a new process is the parser not yet compiled. */
const PROGRAM = `
  import { createServer } from 'node:http';
  import { once } from 'node:events';
  import { createConnections } from ${moduleAt('../../../src/lib/http/connections.ts')};
  import { delayOptimizingTheParser } from ${moduleAt('../../../src/lib/functions/parser-budget.ts')};
  import { exchange } from ${moduleAt('../../../src/lib/http/exchange.ts')};

  delayOptimizingTheParser();
  const server = createServer((_request, response) => response.end('{"result":"' + 'x'.repeat(300) + '"}'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const request = { origin: 'http://127.0.0.1:' + server.address().port, method: 'GET', path: '/', headers: {} };
  const connections = createConnections();
  const ask = (agent) => exchange(agent, request, new AbortController().signal);
  for (let replies = 0; replies < 100; replies++) await connections.with('shared', ask);
  // An optimization that was begun is told only when it has ended.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await connections.close();
  server.close();
`;

describe('the parser of replies', () => {
  it('is compiled quickly, and not yet optimized after a hundred replies', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--trace-wasm-compilation-times', '--input-type=module', '--eval', PROGRAM],
      { timeout: 20_000 },
    );
    // Node's own stripping of types is WebAssembly too, but of another module, which is compiled before the first
    // reply.
    const parser = [...stdout.matchAll(/function (0x\w+)#\d+ using Liftoff/g)].at(-1)?.[1];
    expect(parser).toBeDefined();
    expect(stdout).not.toMatch(new RegExp(`function ${parser}#\\d+ using TurboFan`));
  });
});
