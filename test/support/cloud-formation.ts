import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { buildApp } from 'fauxqs';
import { close, listen } from '../../stand-ins/listen.ts';
import { type Rollback, StackEngine, type StackRow, ValidationError } from './stack-engine.ts';

/** CloudFormation, Lambda's GetFunction, CloudWatch's DescribeAlarms, S3 and STS on this machine, as far as a deployment needs them. */
export async function startAccount(account = '000000000000') {
  const storage = buildApp({ logger: false, defaultRegion: 'eu-central-1' });
  const store = await storage.listen({ port: 0, host: '127.0.0.1' });
  const engine = new StackEngine({
    async onBucket(name) {
      await fetch(`${store}/${name}`, { method: 'PUT', headers: { authorization: AUTHORIZATION } });
    },
    async isEmpty(name) {
      const listed = await fetch(`${store}/${name}?list-type=2`, { headers: { authorization: AUTHORIZATION } });
      return !(await listed.text()).includes('<Key>');
    },
  });
  /** The names of CloudFormation's calls, in order. */
  const calls: string[] = [];

  const answerJson = (response: ServerResponse, { status, body }: { status: number; body: object }) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

  /** What is asked by JSON, and undefined for the calls of CloudFormation and STS. */
  async function byJson({ headers, url = '' }: IncomingMessage, body: string) {
    const target = String(headers['x-amz-target'] ?? '');
    if (target.endsWith('.DescribeAlarms')) return describeAlarms(engine, JSON.parse(body));
    if (target) return NO_REPOSITORY;
    return url.startsWith('/2015-03-31/functions/') ? describeFunction(engine, url) : undefined;
  }

  async function byForm(form: URLSearchParams) {
    const action = form.get('Action') ?? '';
    if (action === 'GetCallerIdentity')
      return reply(action, tag('Account', account) + tag('Arn', `arn:aws:iam::${account}:user/one`));
    calls.push(action);
    return answer(engine, action, form, store).catch((error: unknown) => {
      if (error instanceof ValidationError) return refusal(error.message);
      throw error;
    });
  }

  const server = createServer(async (request, response) => {
    const sent = await text(request);
    const json = await byJson(request, sent);
    if (json) return answerJson(response, json);
    const { status, body } = await byForm(new URLSearchParams(sent));
    return response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  });
  const url = await listen(server);
  return {
    engine,
    calls,
    url,
    /** The environment of a command that must use this account and no other. */
    environment: {
      AWS_ENDPOINT_URL_CLOUDFORMATION: url,
      AWS_ENDPOINT_URL_LAMBDA: url,
      AWS_ENDPOINT_URL_CLOUDWATCH: url,
      AWS_ENDPOINT_URL_ECR: url,
      AWS_ENDPOINT_URL_STS: url,
      AWS_ENDPOINT_URL_S3: store,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_EC2_METADATA_DISABLED: 'true',
      SLS_AWS_MONITORING_FREQUENCY: '50',
    },
    async stop() {
      await close(server);
      await storage.close();
    },
  };
}

/** The answer of ECR, which serverless asks for a repository of the service. */
const NO_REPOSITORY = { status: 400, body: { __type: 'RepositoryNotFoundException', message: 'not here' } };

function describeAlarms({ things, ringing }: StackEngine, { AlarmNames }: { AlarmNames: string[] }) {
  const found = [...things].filter(({ type, name }) => type === 'AWS::CloudWatch::Alarm' && AlarmNames.includes(name));
  const MetricAlarms = found.map(({ name: AlarmName }) => ({
    AlarmName,
    AlarmArn: `arn:aws:cloudwatch:eu-central-1:000000000000:alarm:${AlarmName}`,
    StateValue: ringing.has(AlarmName) ? 'ALARM' : 'OK',
  }));
  return { status: 200, body: { MetricAlarms, CompositeAlarms: [] } };
}

function describeFunction({ things }: StackEngine, url: string) {
  const name = decodeURIComponent(url.split('/')[3] ?? '');
  const found = [...things].find((thing) => thing.type === 'AWS::Lambda::Function' && thing.name === name);
  return found
    ? { status: 200, body: { Configuration: { LastModified: found.modified.toISOString() } } }
    : { status: 404, body: { __type: 'ResourceNotFoundException', Message: 'not here' } };
}

const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=00';
const escaped = (value: string) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const tag = (name: string, value: string) => `<${name}>${escaped(value)}</${name}>`;
const reply = (action: string, inner: string) => ({
  status: 200,
  body: `<${action}Response><${action}Result>${inner}</${action}Result></${action}Response>`,
});
const refusal = (message: string) => ({
  status: 400,
  body: `<ErrorResponse><Error><Code>ValidationError</Code>${tag('Message', message)}</Error></ErrorResponse>`,
});

async function answer(engine: StackEngine, action: string, form: URLSearchParams, store: string) {
  const stackName = form.get('StackName') ?? '';
  const [body, isInline] = await templateOf(form, store);
  const options = {
    ...{ isInline, deletes: form.get('OnFailure') === 'DELETE', tags: tagsOf(form), rollback: rollbackOf(form) },
    policy: form.get('StackPolicyBody') ?? undefined,
    capabilities: [...form].filter(([key]) => key.startsWith('Capabilities.')).map(([, value]) => value),
  };
  const id = (stack: StackRow) => reply(action, tag('StackId', stack.id));
  const actions: Record<string, () => Promise<{ status: number; body: string }>> = {
    CreateStack: async () => id(await engine.create(stackName, body, options)),
    UpdateStack: async () => id(await engine.update(stackName, body, options)),
    DeleteStack: async () => reply(action, String((await engine.delete(stackName)) ?? '')),
    DescribeStacks: async () => reply(action, `<Stacks>${described(engine.byName(stackName))}</Stacks>`),
    DescribeStackEvents: async () => reply(action, eventsOf(engine.byName(stackName))),
    DescribeStackResource: async () =>
      reply(action, resourceOf(engine.byName(stackName), form.get('LogicalResourceId') ?? '')),
    ListStackResources: async () => reply(action, resourcesOf(engine.byName(stackName))),
    GetTemplate: async () => reply(action, tag('TemplateBody', engine.byName(stackName).body)),
    UpdateTerminationProtection: async () => {
      const stack = engine.byName(stackName);
      stack.isProtected = form.get('EnableTerminationProtection') === 'true';
      return id(stack);
    },
    ValidateTemplate: async () => reply(action, ''),
  };
  return actions[action]?.() ?? refusal(`${action} is not known here`);
}

/** The template of a call, and whether the call holds it itself. */
async function templateOf(form: URLSearchParams, store: string): Promise<[string, boolean]> {
  const url = form.get('TemplateURL');
  if (!url) return [form.get('TemplateBody') ?? '', true];
  return [await (await fetch(new URL(new URL(url).pathname, store))).text(), false];
}

function tagsOf(form: URLSearchParams): Record<string, string> {
  const keys = [...form.keys()].filter((name) => /^Tags\.member\.\d+\.Key$/.test(name));
  return Object.fromEntries(keys.map((name) => [form.get(name) ?? '', form.get(name.replace(/Key$/, 'Value')) ?? '']));
}

/** Undefined if the call says nothing about it. An empty list is a member without a value. */
function rollbackOf(form: URLSearchParams): Rollback | undefined {
  const prefix = 'RollbackConfiguration.';
  if (![...form.keys()].some((name) => name.startsWith(`${prefix}RollbackTriggers`))) return undefined;
  const arns = [...form.keys()].filter((name) => name.startsWith(prefix) && name.endsWith('.Arn'));
  return {
    triggers: arns.map((name) => ({
      arn: form.get(name) ?? '',
      type: form.get(name.replace(/Arn$/, 'Type')) ?? '',
    })),
    minutes: Number(form.get(`${prefix}MonitoringTimeInMinutes`) ?? 0),
  };
}

const described = ({ id, name, status, isProtected }: StackRow) =>
  `<member>${tag('StackId', id)}${tag('StackName', name)}<CreationTime>2026-01-01T00:00:00Z</CreationTime>${tag('StackStatus', status)}${tag('EnableTerminationProtection', String(isProtected))}<Outputs/></member>`;

const eventsOf = ({ id, name, events }: StackRow) =>
  `<StackEvents>${events
    .map(
      (event) =>
        `<member>${tag('EventId', event.id)}${tag('StackId', id)}${tag('StackName', name)}${tag('LogicalResourceId', event.logicalId)}${tag('ResourceType', event.type || 'AWS::CloudFormation::Stack')}${tag('ResourceStatus', event.status)}${tag('ResourceStatusReason', event.reason)}${tag('Timestamp', event.at.toISOString())}</member>`,
    )
    .join('')}</StackEvents>`;

const resourceOf = (stack: StackRow, id: string) => {
  const thing = stack.things.get(id);
  if (!thing) throw new ValidationError(`Resource ${id} does not exist for stack ${stack.name}`);
  return `<StackResourceDetail>${memberOf(id, thing.name, thing.type)}</StackResourceDetail>`;
};

const resourcesOf = ({ things }: StackRow) =>
  `<StackResourceSummaries>${[...things]
    .map(([id, { name, type }]) => `<member>${memberOf(id, name, type)}</member>`)
    .join('')}</StackResourceSummaries>`;

const memberOf = (id: string, name: string, type: string) =>
  `${tag('LogicalResourceId', id)}${tag('PhysicalResourceId', name)}${tag('ResourceType', type)}<ResourceStatus>CREATE_COMPLETE</ResourceStatus><LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp>`;
