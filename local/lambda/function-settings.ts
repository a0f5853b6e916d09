import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { close, listen } from '../../stand-ins/listen.ts';
import type { LocalFunction } from './function.ts';

/** A queue that is to invoke a function, as in the template. */
export interface MappingSettings {
  EventSourceArn: string;
  /** The function's ARN. */
  FunctionName: string;
  BatchSize: number;
  Enabled: boolean;
}

/** Gives the reply for a function's name; undefined if there is no such function. */
type Read = (name: string) => object | undefined;

/** Serves what Lambda tells of functions: the settings with the environment, the reserved concurrency, and the mappings. */
export async function startFunctionSettings(functions: LocalFunction[], mappings: MappingSettings[] = []) {
  const known = mappings.map((one) => ({ ...one, UUID: randomUUID() }));
  const find = (name: string) => functions.find((one) => one.name === name);
  const ofFunction = (reply: (found: LocalFunction) => object): Read => {
    return (name) => {
      const found = find(name);
      return found && reply(found);
    };
  };
  const routes: [RegExp, Read][] = [
    [/^\/2015-03-31\/functions\/([^/]+)\/configuration$/, ofFunction(configurationOf)],
    [/^\/2019-09-30\/functions\/([^/]+)\/concurrency$/, ofFunction(concurrencyOf)],
    [
      /^\/2015-03-31\/event-source-mappings\?FunctionName=([^&]+)$/,
      (name) => ({ EventSourceMappings: known.filter((one) => one.FunctionName === find(name)?.arn).map(mappingOf) }),
    ],
  ];
  const server = createServer(({ url = '' }, response) => {
    const [pattern, read] = routes.find(([path]) => path.test(url)) ?? [];
    const name = pattern?.exec(url)?.[1] ?? '';
    const reply = read?.(name);
    const type = { 'content-type': 'application/json' };
    if (reply) return void response.writeHead(200, type).end(JSON.stringify(reply));
    const headers = { ...type, 'x-amzn-errortype': 'ResourceNotFoundException' };
    response.writeHead(404, headers).end(JSON.stringify({ Type: 'User', Message: `Function not found: ${name}` }));
  });
  return { url: await listen(server), close: () => close(server) };
}

const configurationOf = ({ name, arn, handler, memory, timeout, environment }: LocalFunction) => ({
  ...{ FunctionName: name, FunctionArn: arn, Handler: handler, MemorySize: memory, Timeout: Math.ceil(timeout / 1000) },
  ...{ Runtime: 'nodejs24.x', State: 'Active', Environment: { Variables: environment } },
});

/** Nothing if none is reserved. */
const concurrencyOf = ({ reserved }: LocalFunction) => ({ ReservedConcurrentExecutions: reserved });

const mappingOf = ({ UUID, EventSourceArn, FunctionName, BatchSize, Enabled }: MappingSettings & { UUID: string }) => ({
  ...{ UUID, EventSourceArn, FunctionArn: FunctionName, BatchSize },
  ...{ State: Enabled ? 'Enabled' : 'Disabled', StateTransitionReason: 'USER_INITIATED' },
});
