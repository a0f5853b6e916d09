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

/** A resource of a template, as far as it matters here. */
interface Resource {
  Type: string;
  DependsOn?: string | string[];
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
      Resources: lastOfAll(replaceReferences(state, refuse) as Resources),
      Outputs: outputs,
    } satisfies StackTemplate,
    functions: replaceReferences(functions, toImport) as StackTemplate,
  };
}

const exportName = (stack: string, id: string, value: string) => `${stack}-${id}-${value}`;

const referenceTo = (id: string, value: string) => (value === 'Ref' ? { Ref: id } : { 'Fn::GetAtt': [id, value] });

/**
 * Makes a table that is protected from deletion the last of all resources. If the first deployment fails before it, nothing
 * is protected yet, and everything that was made is removed again.
 */
function lastOfAll(resources: Resources): Resources {
  const isProtected = ({ Properties }: Resource) => Properties?.DeletionProtectionEnabled === true;
  const others = Object.keys(resources)
    .filter((id) => !isProtected(resources[id] as Resource))
    .sort();
  return Object.fromEntries(
    Object.entries(resources).map(([id, resource]) => [
      id,
      isProtected(resource) ? { ...resource, DependsOn: others } : resource,
    ]),
  );
}

type Replace = (id: string, value: string) => object | undefined;

/** Replaces each Ref, Fn::GetAtt and variable of an Fn::Sub for which `replace` gives something. */
function replaceReferences(value: unknown, replace: Replace): unknown {
  if (Array.isArray(value)) return value.map((item) => replaceReferences(item, replace));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => [name, replaceReferences(member, replace)]);
  return replacementOf(value as Reference, replace) ?? Object.fromEntries(entries);
}

interface Reference {
  Ref?: unknown;
  'Fn::GetAtt'?: unknown;
  'Fn::Sub'?: unknown;
}

function replacementOf({ Ref, 'Fn::GetAtt': attribute, 'Fn::Sub': text }: Reference, replace: Replace) {
  if (typeof Ref === 'string') return replace(Ref, 'Ref');
  if (Array.isArray(attribute)) return replace(String(attribute[0]), String(attribute[1]));
  return typeof text === 'string' ? substitution(text, replace) : undefined;
}

/** An Fn::Sub with the replaced variables in its map; undefined if it has none. */
function substitution(text: string, replace: Replace): object | undefined {
  const found = [...text.matchAll(/\$\{(\w+)(?:\.(\w+))?\}/g)].flatMap(([whole, id = '', attribute = 'Ref']) => {
    const replacement = replace(id, attribute);
    return replacement ? [{ whole, name: `${id}${attribute}`, replacement }] : [];
  });
  if (found.length === 0) return undefined;
  const renamed = found.reduce((sum, { whole, name }) => sum.replaceAll(whole, `\${${name}}`), text);
  return { 'Fn::Sub': [renamed, Object.fromEntries(found.map(({ name, replacement }) => [name, replacement]))] };
}

/** Types that a stage's file may remove. Everything else in the state stack stays, whatever a later version of the template has. */
const REMOVABLE = new Set(['AWS::Events::Archive']);

/** The new template with all that the deployed one has beyond it: queues of a service that the stage no longer has, and exports. */
export function keepState(deployed: StackTemplate, next: StackTemplate): StackTemplate {
  const remaining = Object.entries(deployed.Resources).filter(([, { Type }]) => !REMOVABLE.has(Type));
  const resources = { ...Object.fromEntries(remaining), ...next.Resources };
  return { ...next, Resources: lastOfAll(resources), Outputs: { ...deployed.Outputs, ...next.Outputs } };
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
  if (found) {
    const { TemplateBody } = await client.send(new GetTemplateCommand({ StackName: name, TemplateStage: 'Original' }));
    const template = keepState(JSON.parse(TemplateBody ?? '{"Resources":{}}'), stack.template);
    await client.send(new UpdateStackCommand({ ...common, TemplateBody: JSON.stringify(template) })).catch(ifUnchanged);
  } else {
    pace.say(`Creating the stack ${name}`);
    await client.send(new CreateStackCommand({ ...common, TemplateBody: JSON.stringify(stack.template) }));
  }
  const ended = await whenIdle(client, name, pace);
  if (!/^(CREATE|UPDATE)_COMPLETE$/.test(ended?.StackStatus ?? '')) throw await failureOf(client, name, ended);
  // Before the first deployment has succeeded, protection would keep a failed attempt from being removed.
  if (!ended?.EnableTerminationProtection)
    await client.send(new UpdateTerminationProtectionCommand({ StackName: name, EnableTerminationProtection: true }));
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
  if (stack?.StackStatus === 'ROLLBACK_FAILED') throw await failureOf(client, name, stack);
  if (stack?.StackStatus !== 'ROLLBACK_COMPLETE') return stack;
  const [last] = await eventsOf(client, name);
  pace.say(`Removing the stack ${name}, whose creation failed`);
  await client.send(new DeleteStackCommand({ StackName: name }));
  await whenIdle(client, name, pace);
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

/** CloudFormation refuses an update that changes nothing. */
function ifUnchanged(error: unknown): void {
  if (!(error instanceof Error && /No updates are to be performed/.test(error.message))) throw error;
}

const eventsOf = async (client: CloudFormationClient, name: string): Promise<StackEvent[]> =>
  (await client.send(new DescribeStackEventsCommand({ StackName: name }))).StackEvents ?? [];

/** What a person must do before a deployment can be repeated, if repeating it is not enough. */
const ADVICE: Record<string, string> = {
  ROLLBACK_FAILED:
    'What was made could not be removed. Delete the resources that its events name as DELETE_FAILED, then the stack, and deploy again.',
  UPDATE_ROLLBACK_FAILED: 'Mend the cause, then run: aws cloudformation continue-update-rollback --stack-name',
};

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
  const what = failed
    ? `${failed.LogicalResourceId} (${failed.ResourceType}): ${failed.ResourceStatusReason}`
    : (stack?.StackStatusReason ?? 'it no longer exists');
  const status = stack?.StackStatus ?? '';
  const advice = ADVICE[status];
  const more = advice && (status === 'UPDATE_ROLLBACK_FAILED' ? `${advice} ${name}` : advice);
  return new Error([`The stack ${name} was not deployed: ${what}.`, more].filter(Boolean).join(' '));
}
