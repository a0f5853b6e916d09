import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
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

/** A mapping that can be enabled and disabled. */
export interface SwitchedMapping extends MappingSettings {
  start(): void;
  /** Receives no more messages. It has ended when the function is done with those that it has. */
  stop(): Promise<void>;
}

/** A mapping as Lambda tells of it. */
interface KnownMapping extends SwitchedMapping {
  UUID: string;
  State: 'Enabled' | 'Disabling' | 'Disabled';
  /** When its state last changed. */
  changed: Date;
}

/** The status and the body of a reply. */
type Reply = [status: number, body?: object];

/** Gives the reply for what the path names, and the body of the request. */
type Answer = (name: string, input: () => Promise<Record<string, unknown>>) => Reply | Promise<Reply>;

/**
 * Serves what Lambda tells of functions: the settings with the environment, the reserved concurrency, and the mappings. The last
 * two can be changed, as long as this machine has an effect for it: a mapping is enabled or disabled, and a function with a reserved
 * concurrency of 0 is not invoked.
 */
export async function startFunctionSettings(functions: LocalFunction[], mappings: SwitchedMapping[] = []) {
  const known = mappings.map(
    (one): KnownMapping => ({
      ...one,
      UUID: randomUUID(),
      State: one.Enabled ? 'Enabled' : 'Disabled',
      changed: new Date(),
    }),
  );
  const find = (name: string) => functions.find((one) => one.name === name);
  const routes: [method: string, path: RegExp, answer: Answer][] = [
    ['GET', /^\/2015-03-31\/functions\/([^/]+)\/configuration$/, (name) => of(find(name), name, configurationOf)],
    ['GET', /^\/2019-09-30\/functions\/([^/]+)\/concurrency$/, (name) => of(find(name), name, concurrencyOf)],
    ['PUT', /^\/2017-10-31\/functions\/([^/]+)\/concurrency$/, reserve],
    ['DELETE', /^\/2017-10-31\/functions\/([^/]+)\/concurrency$/, release],
    [
      'GET',
      /^\/2015-03-31\/event-source-mappings\?FunctionName=([^&]+)$/,
      (name) => [
        200,
        { EventSourceMappings: known.filter((one) => one.FunctionName === find(name)?.arn).map(mappingOf) },
      ],
    ],
    ['PUT', /^\/2015-03-31\/event-source-mappings\/([\w-]+)$/, update],
  ];

  async function reserve(name: string, input: () => Promise<Record<string, unknown>>): Promise<Reply> {
    const { ReservedConcurrentExecutions: reserved } = await input();
    return of(find(name), name, (found) => concurrencyOf(Object.assign(found, { reserved: Number(reserved) })));
  }
  function release(name: string): Reply {
    const found = find(name);
    if (!found) return absent(name);
    delete found.reserved;
    return [204];
  }
  async function update(id: string, input: () => Promise<Record<string, unknown>>): Promise<Reply> {
    const { Enabled } = await input();
    const found = known.find(({ UUID }) => UUID === id);
    if (!found) return absent(id);
    if (found.State === 'Disabling') return [400, { Type: 'User', Message: 'the mapping is in use' }];
    if (Enabled === (found.State === 'Disabled')) turn(found);
    return [202, mappingOf(found)];
  }

  const server = createServer(async (request, response) => {
    const { method = '', url = '' } = request;
    const [, path, answer] = routes.find(([verb, one]) => verb === method && one.test(url)) ?? [];
    const name = path?.exec(url)?.[1] ?? '';
    const [status, body] = (await answer?.(name, () => inputOf(request))) ?? absent(url);
    const error = ERRORS[status];
    const type = { 'content-type': 'application/json', ...(error && { 'x-amzn-errortype': error }) };
    response.writeHead(status, type).end(body && JSON.stringify(body));
  });
  return { url: await listen(server), close: () => close(server) };
}

const ERRORS: Record<number, string> = { 400: 'ResourceInUseException', 404: 'ResourceNotFoundException' };
const inputOf = async (request: IncomingMessage) => (await json(request)) as Record<string, unknown>;
const absent = (name: string): Reply => [404, { Type: 'User', Message: `Function not found: ${name}` }];

const of = (found: LocalFunction | undefined, name: string, reply: (found: LocalFunction) => object): Reply =>
  found ? [200, reply(found)] : absent(name);

/** Enables a mapping that is disabled, or begins to disable one that is enabled. */
function turn(mapping: KnownMapping): void {
  const become = (State: KnownMapping['State']) => Object.assign(mapping, { State, changed: new Date() });
  if (mapping.State === 'Disabled') {
    mapping.start();
    become('Enabled');
    return;
  }
  become('Disabling');
  void mapping.stop().then(() => become('Disabled'));
}

const configurationOf = ({ name, arn, handler, memory, timeout, environment }: LocalFunction) => ({
  ...{ FunctionName: name, FunctionArn: arn, Handler: handler, MemorySize: memory, Timeout: Math.ceil(timeout / 1000) },
  ...{ Runtime: 'nodejs24.x', State: 'Active', Environment: { Variables: environment } },
});

/** Nothing if none is reserved. */
const concurrencyOf = ({ reserved }: LocalFunction) => ({ ReservedConcurrentExecutions: reserved });

const mappingOf = ({ UUID, EventSourceArn, FunctionName, BatchSize, State, changed }: KnownMapping) => ({
  ...{ UUID, EventSourceArn, FunctionArn: FunctionName, BatchSize },
  ...{ State, StateTransitionReason: 'USER_INITIATED', LastModified: changed.getTime() / 1000 },
});
