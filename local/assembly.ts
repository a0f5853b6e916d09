import { rm } from 'node:fs/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { startSimulator } from '../simulator/server.ts';
import type { Service } from '../src/lib/operations/operation.ts';
import { LOCAL_REGION } from '../src/operator/stage/stage.ts';
import type { EventBus } from '../stand-ins/eventbridge/bus.ts';
import type { PublishedEvent } from '../stand-ins/eventbridge/entries.ts';
import type { Secrets } from '../stand-ins/secrets.ts';
import type { Queues } from '../stand-ins/sqs/service.ts';
import { createRunFolder } from './folders.ts';
import { readFunctions } from './functions.ts';
import { type Fallback, startApi } from './http/api.ts';
import { startFunctionSettings } from './lambda/function-settings.ts';
import { LOCAL_SECRETS } from './local-secrets.ts';
import { type Substitutes, startStandIns } from './stand-ins.ts';
import { leftOut, readTemplate } from './template.ts';
import { createPools, startHeartbeats, startMappings, toRoutes, type Wiring } from './wiring.ts';

/** The settings of a stack. */
export interface StackOptions extends Substitutes {
  /** The folder with the compiled template and the zips. */
  folder: string;
  /** The port for people; 0 (the default) takes a free one. */
  port?: number;
  /** All time-outs are divided by it. The functions get it as TIME_SCALE. */
  timeScale?: number;
  /** Worker processes per function, at most the mapping's maximum concurrency. */
  workers?: number;
  secrets?: Secrets;
  /** Starts the provider that the functions call; by default the simulator. */
  startProvider?: () => Promise<{ url: string; controlUrl?: string; close(): Promise<void> }>;
  onLog?: (line: LogLine) => void;
  /** Called with every batch of messages before its function gets it; see the mapping. */
  onDelivery?: Wiring['onDelivery'];
  onReturn?: Wiring['onReturn'];
  /** Answers requests without a route on the port for people. */
  fallback?: Fallback;
}

/** A line that a function or the stack itself wrote. */
export interface LogLine {
  source: string;
  line: string;
  level: 'info' | 'error';
}

/** A running stack without the function that stops it. */
export interface AssembledStack {
  webhookUrl: string;
  /** The address of the simulator's control API, which also answers while the simulator refuses connections. */
  simulatorUrl: string;
  queues: Record<Service, string>;
  /** Finds a queue by its URL or ARN, to read it without receiving. */
  findQueue: Queues['find'];
  /** AWS_ENDPOINT_URL_* for SDK clients. */
  endpoints: Record<string, string>;
  bus: EventBus;
  onResult(listener: (event: PublishedEvent) => void): void;
  /** The worker processes that are alive now. */
  workers(): { functionName: string; pid: number; busy: boolean }[];
  send(service: Service, body: string, group: string, deduplicationId: string): Promise<void>;
}

/** The functions that stop a stack: first what works, then the services that it depends on. */
export type Closers = Record<'work' | 'services', (() => Promise<unknown>)[]>;

/** Stops everything, in that order. */
export async function closeAll({ work, services }: Closers): Promise<void> {
  await Promise.all(work.map((close) => close()));
  await Promise.all(services.map((close) => close()));
}

/** Starts every part of a stack from its template. Each part adds its closer as soon as it runs. */
export async function assemble(
  options: StackOptions,
  log: Wiring['log'],
  { work, services }: Closers,
): Promise<AssembledStack> {
  const { folder, port = 0, timeScale = 20, workers = 2, secrets = LOCAL_SECRETS } = options;
  const template = await readTemplate(folder);
  for (const missing of leftOut(template)) log('stack', `not part of the local stack: ${missing}`, 'error');
  const unpackTo = await createRunFolder();
  services.push(() => rm(unpackTo, { recursive: true, force: true }));

  const {
    names,
    bus,
    logs,
    queues: sqs,
    variables,
    close,
  } = await startStandIns(template, LOCAL_REGION, timeScale, secrets, options);
  services.push(close);
  const provider = await (options.startProvider ?? (() => startSimulator({ controlPort: 0 })))();
  services.push(provider.close);

  const functions = await readFunctions(template, names, {
    folder,
    unpackTo,
    region: LOCAL_REGION,
    timeScale,
    variables: { ...variables, ...providerVariables(provider.url), TIME_SCALE: String(timeScale) },
    onLine: (name, line) => {
      logs.append(`/aws/lambda/${name}`, line);
      log(name, line);
    },
  });
  const pools = createPools(template, names, functions, workers);
  for (const pool of pools.values()) work.push(pool.stop);
  await Promise.all([...pools.values()].map((pool) => pool.warm()));

  const wiring: Wiring = {
    sqs: sqs.client,
    workers,
    pools,
    log,
    onDelivery: options.onDelivery,
    onReturn: options.onReturn,
  };
  const mappings = startMappings(template, names, wiring);
  work.push(...mappings.map(({ stop }) => stop));
  const settings = await startFunctionSettings(functions.values().toArray(), mappings);
  services.push(settings.close);
  work.push(startHeartbeats(template, names, sqs.client, options.scheduleScale ?? 1));
  const queues = { dcs: names.ref('DcsChangesQueue'), sms: names.ref('SmsChangesQueue') };
  const health = () => ({
    status: 'ok',
    functions: [...functions.values()].map(({ name }) => name),
    queues,
    timeScale,
  });
  const api = await startApi(toRoutes(template, names, wiring), port, health, options.fallback);
  work.push(api.close);

  return {
    webhookUrl: `${api.url}/changes`,
    simulatorUrl: provider.controlUrl ?? provider.url,
    queues,
    findQueue: sqs.find,
    endpoints: { ...variables, AWS_ENDPOINT_URL_LAMBDA: settings.url },
    bus,
    onResult: bus.subscribe,
    workers: () =>
      [...functions].flatMap(([arn, { name }]) =>
        (pools.get(arn)?.workers() ?? []).map((worker) => ({ functionName: name, ...worker })),
      ),
    async send(service, body, group, deduplicationId) {
      const ids = { MessageGroupId: group, MessageDeduplicationId: deduplicationId };
      await sqs.client.send(new SendMessageCommand({ QueueUrl: queues[service], MessageBody: body, ...ids }));
    },
  };
}

const providerVariables = (url: string) => ({ DCS_ENDPOINT: url, SMS_ENDPOINT: url, IAM_ENDPOINT: url });
