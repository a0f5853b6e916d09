import { createValidatedPolicy, validateResourcePolicy } from '@cloud-copilot/iam-policy';
import { runSimulation, runUnsafeSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import type { Statement } from './compiled.ts';

/** A request that IAM decides on. `resource` is `*` for an action that AWS can't limit to a resource. */
export interface AwsRequest {
  action: string;
  resource: string;
  /** The keys that conditions may use. A key that is not here is absent from the request. */
  context: Record<string, string | string[]>;
}

/** A policy document whose references are resolved. */
export interface Policy {
  Statement: Statement[];
}

/** Who makes a request, and what decides on it. */
export interface Actor {
  /** The ARN of a role or a user, or the name of a service, such as events.amazonaws.com. */
  principal: string;
  /** What is attached to the role or user. A service has nothing. */
  policies: Policy[];
  boundary?: Policy;
  /** The policy of the resource, if it has one: of a queue, a key, a log group. */
  resourcePolicy?: Policy | undefined;
  /** The account of the resource, if its ARN has none. */
  account?: string;
}

/** The account in the tests' ARNs. */
export const ACCOUNT = '000000000000';
const accountOf = (arn: string) => arn.split(':')[4];
const isService = (principal: string) => !principal.startsWith('arn:');

/**
 * Decides on a request as AWS documents it: explicit denials, boundaries, the policies of resources, other accounts. Throws an Error
 * for an action, a resource or a key that AWS's service authorization reference does not know.
 */
export async function isAllowed(request: AwsRequest, actor: Actor): Promise<boolean> {
  const simulation = toSimulation(request, actor);
  if (isUnknownToTheSimulator(request)) return runUnsafeSimulation(simulation, {}) === 'Allowed';
  const results = await runSimulation(simulation, {});
  if (results.resultType === 'error')
    throw new Error(`${request.action} on ${request.resource}: ${JSON.stringify(results.errors)}`);
  const ignored = results.resultType === 'single' ? results.result.ignoredContextKeys : [];
  // A tag may be there and not count: then the action does not support it. Any other key must be one that AWS sends.
  const unknown = (ignored ?? []).filter((key) => !/Tag\//.test(key));
  if (unknown.length > 0) throw new Error(`${request.action} is never sent with ${unknown.join(', ')}`);
  return results.overallResult === 'Allowed';
}

/**
 * What the simulator's list of actions, resources and keys lacks, so that its check of them must be left out: the resources of HTTP
 * APIs, which AWS's reference lists apart from the actions, the keys of an encryption context, and the keys of GitHub's tokens.
 */
const isUnknownToTheSimulator = ({ action, context }: AwsRequest) =>
  action.startsWith('apigateway:') ||
  action === 'sts:AssumeRoleWithWebIdentity' ||
  Object.keys(context).some((key) => key.startsWith('kms:EncryptionContext:'));

function toSimulation({ action, resource, context }: AwsRequest, actor: Actor): Simulation {
  const { principal, policies, boundary, resourcePolicy, account } = actor;
  // What concerns other actions changes nothing and costs most of the time.
  const document = ({ Statement }: Policy) => ({
    Version: '2012-10-17',
    Statement: Statement.filter(({ Action }) => Action.some((pattern) => matches(pattern, action))),
  });
  const named = (policy: Policy, index: number) => ({ name: `policy-${index}`, policy: document(policy) });
  const concerned = (list: ReturnType<typeof named>[]) => list.filter(({ policy }) => policy.Statement.length > 0);
  const accountId = accountOf(resource) || account || ACCOUNT;
  return {
    request: {
      principal,
      action,
      resource: { resource, accountId },
      contextVariables: { ...sentWithEachRequest(principal, accountId), ...context },
    },
    identityPolicies: concerned(policies.map(named)),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(boundary && { permissionBoundaryPolicies: [named(boundary, 0)] }),
    // Without a name the unchecked simulation fails.
    ...(resourcePolicy && {
      resourcePolicy: createValidatedPolicy(document(resourcePolicy), validateResourcePolicy, { name: 'resource' }),
    }),
  };
}

/** "AWS global condition context keys": a service that acts in its own name has no PrincipalArn and no PrincipalAccount. */
function sentWithEachRequest(principal: string, account: string): AwsRequest['context'] {
  const all = { 'aws:SecureTransport': 'true', 'aws:ResourceAccount': account };
  if (isService(principal)) return { ...all, 'aws:PrincipalIsAWSService': 'true' };
  return { ...all, 'aws:PrincipalArn': principal, 'aws:PrincipalAccount': accountOf(principal) ?? '' };
}

/** Each request once. */
const distinct = (requests: AwsRequest[]) => [
  ...new Map(requests.map((request) => [JSON.stringify(request), request])).values(),
];

/** The requests that are denied, as text. */
export async function denied(all: AwsRequest[], actorOf: (request: AwsRequest) => Actor): Promise<string[]> {
  const requests = distinct(all);
  const verdicts = await Promise.all(requests.map((request) => isAllowed(request, actorOf(request))));
  return requests.flatMap((request, index) => (verdicts[index] ? [] : [describe(request)]));
}

/** The requests that are allowed, as text. */
export async function allowed(all: AwsRequest[], actorOf: (request: AwsRequest) => Actor): Promise<string[]> {
  const requests = distinct(all);
  const verdicts = await Promise.all(requests.map((request) => isAllowed(request, actorOf(request))));
  return requests.flatMap((request, index) => (verdicts[index] ? [describe(request)] : []));
}

/**
 * What a policy allows and none of the requests needs: each action, resource and condition's value whose removal denies no request.
 * `actorWith` gives the actor with this policy in place of the whole one.
 */
export const unused = (policy: Policy, requests: AwsRequest[], actorWith: ActorWith): Promise<string[]> =>
  unnoticed(policy, requests, partsOf, async (request, less) => !(await isAllowed(request, actorWith(less, request))));

/** What a policy limits and none of the requests shows: each condition, end of a name and denial without which none more is allowed. */
export const unguarded = (policy: Policy, requests: AwsRequest[], actorWith: ActorWith): Promise<string[]> =>
  unnoticed(
    policy,
    requests,
    limitsOf,
    async (request, more) =>
      (await isAllowed(request, actorWith(more, request))) && !(await isAllowed(request, actorWith(policy, request))),
  );

type ActorWith = (policy: Policy, request: AwsRequest) => Actor;

/** The parts of a policy whose change shows in the answer to none of the requests. */
async function unnoticed(
  { Statement }: Policy,
  all: AwsRequest[],
  partsIn: (statement: Statement) => Part[],
  shows: (request: AwsRequest, changed: Policy) => Promise<boolean>,
): Promise<string[]> {
  const requests = distinct(all);
  const left: string[] = [];
  for (const [index, statement] of Statement.entries())
    for (const part of partsIn(statement)) {
      const changed = { Statement: Statement.with(index, part.without).filter(isWhole) };
      const concerned = requests.filter((request) => concerns(part, request));
      if (!(await some(concerned, (request) => shows(request, changed)))) left.push(`${statement.Sid}: ${part.name}`);
    }
  return left;
}

/** Stops at the first, which saves most of the time. */
async function some<One>(list: One[], holds: (one: One) => Promise<boolean>): Promise<boolean> {
  for (const one of list) if (await holds(one)) return true;
  return false;
}

const concerns = ({ actions, resources }: Part, request: AwsRequest) =>
  actions.some((pattern) => matches(pattern, request.action)) &&
  resources.some((pattern) => matches(String(pattern), request.resource));

const isWhole = ({ Action, Resource }: Statement) => Action.length > 0 && Resource.length > 0;

interface Part {
  name: string;
  without: Statement;
  /** What the part concerns. */
  actions: string[];
  resources: unknown[];
}

const without = <One>(list: One[], one: One) => list.filter((other) => other !== one);

/** Each part of a statement that allows, with the statement that remains without it. */
function partsOf(statement: Statement): Part[] {
  const { Effect, Action, Resource, Condition = {} } = statement;
  if (Effect !== 'Allow') return [];
  return [
    ...Action.map((one) => ({
      name: one,
      without: { ...statement, Action: without(Action, one) },
      actions: [one],
      resources: Resource,
    })),
    ...Resource.map((one) => ({
      name: String(one),
      without: { ...statement, Resource: without(Resource, one) },
      actions: Action,
      resources: [one],
    })),
    ...Object.entries(Condition).flatMap(([operator, keys]) =>
      Object.entries(keys)
        .filter(([, values]) => Array.isArray(values) && values.length > 1)
        .flatMap(([key, values]) =>
          (values as string[]).map((one) => ({
            name: `${operator} ${key} ${one}`,
            without: {
              ...statement,
              Condition: { ...Condition, [operator]: { ...keys, [key]: without(values as string[], one) } },
            },
            actions: Action,
            resources: Resource,
          })),
        ),
    ),
  ];
}

/** Each limit of a statement, with the statement that remains without it. */
function limitsOf(statement: Statement): Part[] {
  const { Effect, Action, Resource, Condition = {} } = statement;
  if (Effect === 'Deny')
    return partsOf({ ...statement, Effect: 'Allow' }).map((part) => ({
      ...part,
      without: { ...part.without, Effect },
    }));
  return [
    ...Resource.flatMap((one) =>
      longerNames(String(one), '*').map((wider) => ({
        name: wider,
        without: { ...statement, Resource: [...without(Resource, one), wider] },
        actions: Action,
        resources: [wider],
      })),
    ),
    ...Object.entries(Condition).flatMap(([operator, keys]) =>
      Object.keys(keys).map((key) => {
        const { [key]: _, ...others } = keys;
        return {
          name: `${operator} ${key}`,
          without: { ...statement, Condition: { ...Condition, [operator]: others } },
          actions: Action,
          resources: Resource,
        };
      }),
    ),
  ];
}

/** An ARN with this end at one of its names, for each of them: of the region, and of the resource but its types and account. */
const longerNames = (arn: string, end: string): string[] =>
  [...arn.matchAll(/[^/:]+/g)]
    .slice('arn:partition:service'.split(':').length)
    .filter(
      ({ 0: name, index }) => name !== ACCOUNT && !name.endsWith('*') && !isType(arn.slice(0, index), arn.slice(index)),
    )
    .map(({ 0: name, index }) => arn.slice(0, index + name.length) + end + arn.slice(index + name.length));

/** The types of the simulator's list: the first part of the resource if it is a word and not all, and these. */
const isType = (before: string, rest: string) =>
  /^(backup|log-stream)[/:]/.test(rest) || (/^([^:]*:){5}$/.test(before) && /^[a-z-]+[/:]/.test(rest));

/** These requests, each with a longer name in one place of its resource. */
export const underLongerNames = (requests: AwsRequest[]): AwsRequest[] =>
  requests.flatMap((request) => longerNames(request.resource, '-x').map((resource) => ({ ...request, resource })));

/** Requests that nobody needs for these: with a longer name, without one of the keys of the context, with another value or one more. */
export const neighbours = (requests: AwsRequest[]): AwsRequest[] => [
  ...underLongerNames(requests),
  ...requests.flatMap(({ context, ...request }) =>
    Object.entries(context).flatMap(([key, value]) => {
      const { [key]: _, ...others } = context;
      const another = Array.isArray(value) ? [...value, 'x'] : `${value}-x`;
      return [others, { ...others, [key]: another }].map((changed) => ({ ...request, context: changed }));
    }),
  ),
];

/** IAM's patterns: * matches any text, ? any one character. Actions have no case. */
export function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(text);
}

const describe = ({ action, resource, context }: AwsRequest) =>
  [action, 'on', resource, ...Object.entries(context).map(([key, value]) => `(${key} ${value})`)].join(' ');
