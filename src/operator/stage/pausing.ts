import { setTimeout as sleep } from 'node:timers/promises';
import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';
import type { Service } from '../../lib/operations/operation.ts';
import type { Clock } from '../clock.ts';
import { OperatorError } from '../fault.ts';
import { servicesOf } from './queues.ts';
import { SERVICE, type Stage } from './stage.ts';

/** What can be paused: the function of a queue, which then gets no messages, and the webhook, which then accepts nothing. */
export const PARTS = ['dcs', 'sms', 'webhook'] as const;
export type Part = (typeof PARTS)[number];

/** Whether a part works, and since when it does not. */
export interface PartState {
  part: Part;
  isPaused: boolean;
  /**
   * Milliseconds since 1970; undefined for a part that works, and for the webhook, of which Lambda does not tell it. It is when the
   * mapping was last changed, so the pause may be older: a deployment can change a mapping that is disabled.
   */
  since?: number;
}

/** The parts that a stage has. */
export const partsOf = async (stage: Stage): Promise<Part[]> => [...(await servicesOf(stage)), 'webhook'];

/** Reads whether a part is paused. */
export async function readPart(stage: Stage, part: Part): Promise<PartState> {
  if (part === 'webhook') return { part, isPaused: (await reservedOf(stage)) === 0 };
  const { State = '', LastModified } = await requireMapping(stage, part);
  const isPaused = STOPPED.includes(State);
  return { part, isPaused, ...(isPaused && LastModified && { since: LastModified.getTime() }) };
}

/** Pauses a part and waits until Lambda has done it. Nothing happens to a part that is paused already. */
export function pausePart(stage: Stage, part: Part, clock: Clock): Promise<void> {
  return part === 'webhook' ? closeWebhook(stage) : switchMapping(stage, part, false, clock);
}

/** Lets a part work again and waits until Lambda has done it. Nothing happens to a part that works. */
export function resumePart(stage: Stage, part: Part, clock: Clock): Promise<void> {
  return part === 'webhook' ? openWebhook(stage) : switchMapping(stage, part, true, clock);
}

/** The event source mappings of a function. */
export async function mappingsOf(stage: Stage, FunctionName: string): Promise<EventSourceMappingConfiguration[]> {
  const { paginateListEventSourceMappings } = await import('@aws-sdk/client-lambda');
  const client = await stage.clients.lambda();
  const found: EventSourceMappingConfiguration[] = [];
  for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings({ client }, { FunctionName }))
    found.push(...EventSourceMappings);
  return found;
}

/** The mapping that leads from a service's queue to its function; undefined if there is none. */
export async function findMapping(
  stage: Stage,
  service: Service,
): Promise<EventSourceMappingConfiguration | undefined> {
  const queue = (await stage.queueOf(service)).split('/').at(-1);
  const mappings = await mappingsOf(stage, stage.functionNames[service]);
  return mappings.find(({ EventSourceArn }) => EventSourceArn?.split(':').at(-1) === queue);
}

const STOPPED = ['Disabled', 'Disabling'];
const STEADY = ['Enabled', 'Disabled'];

async function requireMapping(stage: Stage, service: Service): Promise<EventSourceMappingConfiguration> {
  const mapping = await findMapping(stage, service);
  if (mapping && mapping.State !== 'Deleting') return mapping;
  throw new OperatorError('part_missing', 'broken', [
    { message: `no event source mapping leads from the queue of ${service} to its function`, fix: 'relay doctor' },
  ]);
}

/** Between two reads of a mapping, in milliseconds, and how long Lambda may take for a change of its state. */
const INTERVAL = { local: 50, deployed: 2000 };
const PATIENCE = 300_000;

async function switchMapping(stage: Stage, service: Service, Enabled: boolean, { now, signal }: Clock): Promise<void> {
  const isSwitched = ({ State }: EventSourceMappingConfiguration) => State === (Enabled ? 'Enabled' : 'Disabled');
  const until = now() + PATIENCE;
  for (let mapping = await requireMapping(stage, service); !isSwitched(mapping); ) {
    if (now() >= until) throw stillChanging(service, mapping);
    if (STEADY.includes(mapping.State ?? '')) await update(stage, mapping, Enabled);
    await sleep(INTERVAL[stage.isLocal ? 'local' : 'deployed'], undefined, { signal });
    mapping = await requireMapping(stage, service);
  }
}

/** Lambda refuses an update while another one is under way, for example by another operator. That one is waited for. */
async function update({ clients }: Stage, { UUID }: EventSourceMappingConfiguration, Enabled: boolean): Promise<void> {
  await (await clients.lambda()).updateEventSourceMapping({ UUID, Enabled }).catch(ifInUse);
}

function ifInUse(error: unknown): void {
  if (!(error instanceof Error && error.name === 'ResourceInUseException')) throw error;
}

const stillChanging = (service: Service, { State, StateTransitionReason: why }: EventSourceMappingConfiguration) =>
  new OperatorError('still_changing', 'broken', [
    {
      message: `the event source mapping of ${service} is still ${State}`,
      why,
      fix: 'run the same command again in a minute',
    },
  ]);

async function reservedOf({ clients, functionNames }: Stage): Promise<number | undefined> {
  const lambda = await clients.lambda();
  const { ReservedConcurrentExecutions } = await lambda.getFunctionConcurrency({ FunctionName: functionNames.webhook });
  return ReservedConcurrentExecutions;
}

/** Refuses if nobody could say later what to restore. */
async function closeWebhook(stage: Stage): Promise<void> {
  if ((await reservedOf(stage)) === 0) return;
  await requireSetting(stage);
  await reserve(stage, 0);
}

async function openWebhook(stage: Stage): Promise<void> {
  if ((await reservedOf(stage)) !== 0) return;
  const setting = await requireSetting(stage);
  if (setting !== 'none') return reserve(stage, Number(setting));
  await (await stage.clients.lambda()).deleteFunctionConcurrency({ FunctionName: stage.functionNames.webhook });
}

async function reserve({ clients, functionNames }: Stage, count: number): Promise<void> {
  const lambda = await clients.lambda();
  await lambda.putFunctionConcurrency({
    FunctionName: functionNames.webhook,
    ReservedConcurrentExecutions: count,
  });
}

/** What the stage's last deployment reserved for the webhook: a number, or `none`. */
async function requireSetting(stage: Stage): Promise<string> {
  const setting = (await stage.settings('webhook'))?.RESERVED_CONCURRENCY;
  if (setting !== undefined) return setting;
  throw new OperatorError('setting_missing', 'broken', [
    {
      message: 'the webhook does not say which concurrency is reserved for it',
      why: `${SERVICE} ${stage.name} was deployed by an older version`,
      fix: 'deploy the stage, or leave the webhook open',
    },
  ]);
}
