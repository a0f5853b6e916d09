import { createServer } from 'node:http';
import { close, listen } from '../../stand-ins/listen.ts';
import type { LocalFunction } from './function.ts';

/** Serves Lambda's GetFunctionConfiguration: a function's settings and its environment. */
export async function startFunctionSettings(functions: LocalFunction[]) {
  const server = createServer((request, response) => {
    const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/configuration$/.exec(request.url ?? '') ?? [];
    const found = functions.find((one) => one.name === name);
    const type = { 'content-type': 'application/json' };
    if (found) return void response.writeHead(200, type).end(JSON.stringify(configurationOf(found)));
    const headers = { ...type, 'x-amzn-errortype': 'ResourceNotFoundException' };
    response.writeHead(404, headers).end(JSON.stringify({ Type: 'User', Message: `Function not found: ${name}` }));
  });
  return { url: await listen(server), close: () => close(server) };
}

const configurationOf = ({ name, arn, handler, memory, timeout, environment }: LocalFunction) => ({
  ...{ FunctionName: name, FunctionArn: arn, Handler: handler, MemorySize: memory, Timeout: Math.ceil(timeout / 1000) },
  ...{ Runtime: 'nodejs24.x', State: 'Active', Environment: { Variables: environment } },
});
