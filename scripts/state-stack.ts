import { setTimeout as wait } from 'node:timers/promises';
import {
  type CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  type Stack,
  type StackEvent,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { adviceOn } from '../src/operator/checks/stack-statuses.ts';
import { replaceReferences } from './references.ts';

/** A resource of a template, as far as it matters here. */
interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
}
type Resources = Record<string, Resource>;
interface Output {
  Value: unknown;
  Export?: { Name: string };
}

/** The parts of a CloudFormation template. */
export interface StackTemplate {
  Resources: Resources;
  Outputs?: Record<string, Output>;
  [part: string]: unknown;
}

/** The values of a resource that other stacks may use: what Ref gives, and attributes. They never become fewer. */
const EXPORTED: Record<string, string[]> = {
  'AWS::KMS::Key': ['Ref', 'Arn'],
  'AWS::DynamoDB::Table': ['Ref', 'Arn'],
  'AWS::Events::EventBus': ['Ref', 'Arn'],
  'AWS::SQS::Queue': ['Ref', 'Arn', 'QueueName'],
  'AWS::Logs::LogGroup': ['Ref', 'Arn'],
  'AWS::IAM::ManagedPolicy': ['Ref'],
};

/** The stack that keeps what a stage must not lose. The functions' stack has the stage's name alone. */
export const stateStackOf = (service: string, stage: string) => `${service}-${stage}-state`;

/**
 * Makes two templates of a stage: one of what holds data, and one of all that runs on it, whose references to the first become
 * imports. Throws a sentence if what holds data refers to what runs on it, because neither stack could then be made first.
 */
export function splitTemplate(state: Resources, functions: StackTemplate, name: string) {
  const outputs = Object.fromEntries(
    Object.entries(state).flatMap(([id, { Type }]) =>
      (EXPORTED[Type] ?? []).map((value) => [
        `${id}${value}`,
        { Value: referenceTo(id, value), Export: { Name: exportName(name, id, value) } },
      ]),
    ),
  );
  const toImport = (id: string, value: string) => {
    const resource = state[id];
    if (!resource) return undefined;
    if (!EXPORTED[resource.Type]?.includes(value)) throw `${id}.${value} is not exported by the stack ${name}`;
    return { 'Fn::ImportValue': exportName(name, id, value) };
  };
  const refuse = (id: string) => {
    if (id in functions.Resources) throw `the stack ${name} must not refer to ${id}, which is made after it`;
    return undefined;
  };
  return {
    state: {
      AWSTemplateFormatVersion: '2010-09-09',
      Description: 'What a stage of the migration relay must not lose. It outlives the functions.',
      Resources: replaceReferences(state, refuse) as Resources,
      Outputs: outputs,
    } satisfies StackTemplate,
    functions: replaceReferences(functions, toImport) as StackTemplate,
  };
}

const exportName = (stack: string, id: string, value: string) => `${stack}-${id}-${value}`;

const referenceTo = (id: string, value: string) => (value === 'Ref' ? { Ref: id } : { 'Fn::GetAtt': [id, value] });

/**
 * The template with tables that can be deleted, for the first attempt. A rollback could not delete a protected table, also one
 * whose creation failed half way.
 */
const withoutProtection = (template: StackTemplate) =>
  JSON.parse(JSON.stringify(template), (name, value: unknown) =>
    name === 'DeletionProtectionEnabled' ? false : value,
  ) as StackTemplate;

/**
 * Types that stay in the state stack, whatever a later template has: they hold data, their values may still be imported, or they
 * say who may reach a queue that stays. Everything else goes when a stage's file no longer asks for it, such as the archive and the access of other accounts.
 */
const STAYING = new Set([...Object.keys(EXPORTED), 'AWS::KMS::Alias', 'AWS::SQS::QueuePolicy']);

/** The new template with what the deployed one has beyond it: queues of a service that the stage no longer has, and exports. */
export function keepState(deployed: StackTemplate, next: StackTemplate): StackTemplate {
  const staying = Object.entries(deployed.Resources).filter(([, { Type }]) => STAYING.has(Type));
  const resources = { ...Object.fromEntries(staying), ...next.Resources };
  return { ...next, Resources: resources, Outputs: { ...deployed.Outputs, ...next.Outputs } };
}

/** What is deployed as a state stack. */
export interface StateStack {
  name: string;
  template: StackTemplate;
  /** The stack policy, which keeps updates from replacing or removing what holds data. */
  policy: string;
  tags: Record<string, string>;
}

interface Pace {
  /** Between two questions, in milliseconds. */
  interval: number;
  /** Called with what is waited for. */
  say(line: string): void;
}

/**
 * Creates or updates the state stack. What a failed first attempt left behind is removed first. Throws an Error that names the
 * resource that failed and why.
 */
export async function deployState(client: CloudFormationClient, stack: StateStack, pace: Pace): Promise<void> {
  const { name, policy, tags } = stack;
  const found = await discardFailed(client, name, pace);
  const common = {
    StackName: name,
    // It holds the policies for people and services, which have names.
    Capabilities: ['CAPABILITY_NAMED_IAM' as const],
    StackPolicyBody: policy,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
  if (!found) {
    pace.say(`Creating the stack ${name}`);
    const TemplateBody = bodyOf(withoutProtection(stack.template), name);
    await client.send(new CreateStackCommand({ ...common, TemplateBody }));
    await succeeded(client, name, pace);
  }
  const { TemplateBody: deployed } = await client.send(
    new GetTemplateCommand({ StackName: name, TemplateStage: 'Original' }),
  );
  const TemplateBody = bodyOf(keepState(JSON.parse(deployed ?? '{"Resources":{}}'), stack.template), name);
  const isChanged = await client
    .send(new UpdateStackCommand({ ...common, TemplateBody }))
    .then(() => true, ifUnchanged);
  const ended = isChanged ? await succeeded(client, name, pace) : found;
  // Before the first deployment has succeeded, protection would keep a failed attempt from being removed.
  if (!ended?.EnableTerminationProtection)
    await client.send(new UpdateTerminationProtectionCommand({ StackName: name, EnableTerminationProtection: true }));
}

/** The stack when its operation has ended. Throws an Error that names what failed. */
async function succeeded(client: CloudFormationClient, name: string, pace: Pace): Promise<Stack | undefined> {
  const stack = await whenIdle(client, name, pace);
  if (/^(CREATE|UPDATE)_COMPLETE$/.test(stack?.StackStatus ?? '')) return stack;
  throw await failureOf(client, name, stack);
}

/** A template that is sent with a call may have this many bytes (CloudFormation's quotas). */
const MAX_BODY = 51_200;

/**
 * Throws an Error if a template is too large to be sent with a call. No stage's file leads to it: the limits of SQS and IAM are met
 * before (test/deploy/limits.test.ts).
 */
export function bodyOf(template: StackTemplate, name: string): string {
  const body = JSON.stringify(template);
  const bytes = Buffer.byteLength(body);
  if (bytes <= MAX_BODY) return body;
  throw new Error(
    `the template of the stack ${name} has ${bytes} bytes, and CloudFormation takes ${MAX_BODY} with a call`,
  );
}

/** How long SQS refuses to create a queue under the name of one that was deleted, in milliseconds. */
const QUEUE_NAME_BLOCKED = 60_000;

/**
 * Waits until nobody works on a stack, and removes it if its creation failed: such a stack can't be updated. Gives the stack,
 * or undefined if there is none now.
 */
export async function discardFailed(
  client: CloudFormationClient,
  name: string,
  pace: Pace,
): Promise<Stack | undefined> {
  const stack = await whenIdle(client, name, pace);
  if (stack && !stack.StackStatus?.endsWith('_COMPLETE')) throw await failureOf(client, name, stack);
  if (stack?.StackStatus !== 'ROLLBACK_COMPLETE') return stack;
  const [last] = await eventsOf(client, name);
  pace.say(`Removing the stack ${name}, whose creation failed`);
  await client.send(new DeleteStackCommand({ StackName: name }));
  const remaining = await whenIdle(client, name, pace);
  if (remaining) throw await failureOf(client, name, remaining);
  const blocked = (last?.Timestamp?.getTime() ?? 0) + QUEUE_NAME_BLOCKED - Date.now();
  if (blocked > 0) pace.say(`Waiting ${Math.ceil(blocked / 1000)} s, because SQS keeps the names of deleted queues`);
  await wait(Math.max(0, blocked));
  return undefined;
}

/** The stack once no operation is in progress; undefined if there is none. */
async function whenIdle(client: CloudFormationClient, name: string, pace: Pace): Promise<Stack | undefined> {
  for (;;) {
    const stack = await describe(client, name);
    if (!stack?.StackStatus?.endsWith('_IN_PROGRESS') || stack.StackStatus === 'REVIEW_IN_PROGRESS') return stack;
    pace.say(`Waiting for the stack ${name} (${stack.StackStatus})`);
    await wait(pace.interval);
  }
}

async function describe(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    return (await client.send(new DescribeStacksCommand({ StackName: name }))).Stacks?.[0];
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

/** CloudFormation refuses an update that changes nothing. False then, also after an update that was rolled back. */
function ifUnchanged(error: unknown): false {
  if (error instanceof Error && /No updates are to be performed/.test(error.message)) return false;
  throw error;
}

const eventsOf = async (client: CloudFormationClient, name: string): Promise<StackEvent[]> =>
  (await client.send(new DescribeStackEventsCommand({ StackName: name }))).StackEvents ?? [];

/** The first failure of the newest operation. CloudFormation lists events with the newest first. */
async function failureOf(client: CloudFormationClient, name: string, stack: Stack | undefined): Promise<Error> {
  const events = await eventsOf(client, stack?.StackId ?? name);
  const isStart = ({ LogicalResourceId, ResourceStatus }: StackEvent) =>
    LogicalResourceId === name && /^(CREATE|UPDATE)_IN_PROGRESS$/.test(ResourceStatus ?? '');
  const start = events.findIndex(isStart);
  const failed = events
    .slice(0, start === -1 ? undefined : start)
    .findLast(
      ({ ResourceStatus, ResourceStatusReason = '' }) =>
        ResourceStatus?.endsWith('_FAILED') && !/cancelled/i.test(ResourceStatusReason),
    );
  const status = stack?.StackStatus ?? 'gone';
  const what = failed
    ? `${failed.LogicalResourceId} (${failed.ResourceType}): ${failed.ResourceStatusReason}`
    : [`it is ${status}`, stack?.StackStatusReason].filter(Boolean).join(', ');
  const advice = adviceOn(status, name);
  const first =
    advice && !advice.passes ? ` ${status} means: ${advice.means}. Before the next deployment: ${advice.fix}` : '';
  return new Error(`The stack ${name} was not deployed: ${what}.${first}`);
}
