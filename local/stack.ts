import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { startSimulator } from '../simulator/server.ts';
import type { EventBus, PublishedEvent } from './aws/event-bus.ts';
import type { Secrets } from './aws/secrets.ts';
import { readFunctions } from './functions.ts';
import { startApi } from './http/api.ts';
import { LOCAL_SECRETS } from './local-secrets.ts';
import { startStandIns } from './stand-ins.ts';
import { leftOut, readTemplate } from './template.ts';
import { createPools, startMappings, toRoutes, type Wiring } from './wiring.ts';

const REGION = 'eu-central-1';

/** The project's ignored folder for everything that a running stack writes. */
export const LOCAL_FOLDER = fileURLToPath(new URL('../.local', import.meta.url));

/** How a stack starts. */
export interface StackOptions {
  /** The folder with the compiled template and the zips. */
  folder: string;
  /** The port for people; 0 (the default) takes a free one. */
  port?: number;
  /** Divides visibility and time-outs, and is handed to the functions as TIME_SCALE. */
  timeScale?: number;
  /** Worker processes per function, never more than the mapping's maximum concurrency. */
  workers?: number;
  secrets?: Secrets;
  /** The provider that the functions call; the simulator unless told otherwise. */
  startProvider?: () => Promise<{ url: string; close(): Promise<void> }>;
  onLog?: (line: LogLine) => void;
}

/** A line that a function wrote, or a sentence of the stack itself. */
export interface LogLine {
  source: string;
  line: string;
}

/** A running stack. */
export interface Stack {
  webhookUrl: string;
  simulatorUrl: string;
  queues: { dcs: string; sms: string };
  /** AWS_ENDPOINT_URL_* for SDK clients. */
  endpoints: Record<string, string>;
  bus: EventBus;
  onResult(listener: (event: PublishedEvent) => void): void;
  send(service: 'dcs' | 'sms', body: string, group: string, deduplicationId: string): Promise<void>;
  /** Ends everything, workers in the middle of an invocation too; harmless when repeated. */
  stop(): Promise<void>;
}

/** Starts the whole stack from a package folder; when one part fails, ends the others and throws. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const closers: (() => Promise<unknown>)[] = [];
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= Promise.all(closers.map((close) => close())).then(() => undefined);
    return stopped;
  };
  const log = (source: string, line: string) => {
    if (!stopped) options.onLog?.({ source, line });
  };
  try {
    return { ...(await assemble(options, log, (close) => closers.push(close))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type OnStop = (close: () => Promise<unknown>) => void;

async function assemble(options: StackOptions, log: Wiring['log'], onStop: OnStop): Promise<Omit<Stack, 'stop'>> {
  const { folder, port = 0, timeScale = 20, workers = 2, secrets = LOCAL_SECRETS } = options;
  const template = await readTemplate(folder);
  for (const missing of leftOut(template)) log('stack', `not part of the local stack: ${missing}`);
  const unpackTo = await createRunFolder(onStop);

  const { names, bus, sqs, variables, close } = await startStandIns(template, REGION, timeScale, secrets);
  onStop(close);
  const provider = await (options.startProvider ?? startSimulator)();
  onStop(provider.close);

  const functions = await readFunctions(template, names, {
    folder,
    unpackTo,
    region: REGION,
    timeScale,
    variables: { ...variables, ...providerVariables(provider.url), TIME_SCALE: String(timeScale) },
    onLine: log,
  });
  const pools = createPools(template, names, functions, workers);
  for (const pool of pools.values()) onStop(pool.stop);
  await Promise.all([...pools.values()].map((pool) => pool.warm()));

  const wiring: Wiring = { sqs, region: REGION, workers, pools, log };
  for (const stopMapping of startMappings(template, names, wiring)) onStop(stopMapping);
  const queues = { dcs: names.ref('DcsChangesQueue'), sms: names.ref('SmsChangesQueue') };
  const health = () => ({
    status: 'ok',
    functions: [...functions.values()].map(({ name }) => name),
    queues,
    timeScale,
  });
  const api = await startApi(toRoutes(template, names, wiring), port, health);
  onStop(api.close);

  return {
    webhookUrl: `${api.url}/changes`,
    simulatorUrl: provider.url,
    queues,
    endpoints: variables,
    bus,
    onResult: bus.subscribe,
    async send(service, body, group, deduplicationId) {
      const ids = { MessageGroupId: group, MessageDeduplicationId: deduplicationId };
      await sqs.send(new SendMessageCommand({ QueueUrl: queues[service], MessageBody: body, ...ids }));
    },
  };
}

async function createRunFolder(onStop: OnStop): Promise<string> {
  await mkdir(LOCAL_FOLDER, { recursive: true });
  const folder = await mkdtemp(join(LOCAL_FOLDER, 'run-'));
  onStop(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const providerVariables = (url: string) => ({ DCS_ENDPOINT: url, SMS_ENDPOINT: url, IAM_ENDPOINT: url });
