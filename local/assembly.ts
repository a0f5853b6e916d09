import { rm } from 'node:fs/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { startSimulator } from '../simulator/server.ts';
import { startFunctionSettings } from './aws/function-settings.ts';
import { createRunFolder } from './folders.ts';
import { readFunctions } from './functions.ts';
import { startApi } from './http/api.ts';
import { LOCAL_SECRETS } from './local-secrets.ts';
import type { Stack, StackOptions } from './stack.ts';
import { startStandIns } from './stand-ins.ts';
import { leftOut, readTemplate } from './template.ts';
import { createPools, startMappings, toRoutes, type Wiring } from './wiring.ts';

const REGION = 'eu-central-1';

/** What ends a stack: first what works, then what it works on. */
export type Closers = Record<'work' | 'ground', (() => Promise<unknown>)[]>;

/** Ends all of it, in that order. */
export async function closeAll({ work, ground }: Closers): Promise<void> {
  await Promise.all(work.map((close) => close()));
  await Promise.all(ground.map((close) => close()));
}

/** Starts every part of a stack from its template; each leaves what ends it with the closers as soon as it runs. */
export async function assemble(
  options: StackOptions,
  log: Wiring['log'],
  { work, ground }: Closers,
): Promise<Omit<Stack, 'stop'>> {
  const { folder, port = 0, timeScale = 20, workers = 2, secrets = LOCAL_SECRETS } = options;
  const template = await readTemplate(folder);
  for (const missing of leftOut(template)) log('stack', `not part of the local stack: ${missing}`, 'error');
  const unpackTo = await createRunFolder();
  ground.push(() => rm(unpackTo, { recursive: true, force: true }));

  const { names, bus, logs, sqs, variables, close } = await startStandIns(
    template,
    REGION,
    timeScale,
    secrets,
    options,
  );
  ground.push(close);
  const provider = await (options.startProvider ?? (() => startSimulator({ controlPort: 0 })))();
  ground.push(provider.close);

  const functions = await readFunctions(template, names, {
    folder,
    unpackTo,
    region: REGION,
    timeScale,
    variables: { ...variables, ...providerVariables(provider.url), TIME_SCALE: String(timeScale) },
    onLine: (name, line) => {
      logs.append(`/aws/lambda/${name}`, line);
      log(name, line);
    },
  });
  const settings = await startFunctionSettings(functions.values().toArray());
  ground.push(settings.close);
  const pools = createPools(template, names, functions, workers);
  for (const pool of pools.values()) work.push(pool.stop);
  await Promise.all([...pools.values()].map((pool) => pool.warm()));

  const wiring: Wiring = {
    sqs,
    region: REGION,
    workers,
    pools,
    log,
    onDelivery: options.onDelivery,
    onReturn: options.onReturn,
  };
  work.push(...startMappings(template, names, wiring));
  const queues = { dcs: names.ref('DcsChangesQueue'), sms: names.ref('SmsChangesQueue') };
  const health = () => ({
    status: 'ok',
    functions: [...functions.values()].map(({ name }) => name),
    queues,
    timeScale,
  });
  const api = await startApi(toRoutes(template, names, wiring), port, health, options.aside);
  work.push(api.close);

  return {
    webhookUrl: `${api.url}/changes`,
    simulatorUrl: provider.controlUrl ?? provider.url,
    queues,
    endpoints: { ...variables, AWS_ENDPOINT_URL_LAMBDA: settings.url },
    bus,
    onResult: bus.subscribe,
    workers: () =>
      [...functions].flatMap(([arn, { name }]) =>
        (pools.get(arn)?.workers() ?? []).map((worker) => ({ functionName: name, ...worker })),
      ),
    async send(service, body, group, deduplicationId) {
      const ids = { MessageGroupId: group, MessageDeduplicationId: deduplicationId };
      await sqs.send(new SendMessageCommand({ QueueUrl: queues[service], MessageBody: body, ...ids }));
    },
  };
}

const providerVariables = (url: string) => ({ DCS_ENDPOINT: url, SMS_ENDPOINT: url, IAM_ENDPOINT: url });
