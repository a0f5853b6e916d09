import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { buildApp } from 'fauxqs';
import { close, listen } from '../../stand-ins/listen.ts';

/** A stack in the stand-in: its newest template, and what was done to it. */
interface Account {
  template?: { Resources: Record<string, { Type: string }> };
  /** The names of CloudFormation's calls, in order. */
  calls: string[];
  policies: string[];
  functionsMade: Date | undefined;
}

/** CloudFormation, Lambda's GetFunction, S3 and STS on this machine, as far as a deployment needs them. */
export async function startAccount() {
  const account: Account = { calls: [], policies: [], functionsMade: undefined };
  const storage = buildApp({ logger: false, defaultRegion: 'eu-central-1' });
  const store = await storage.listen({ port: 0, host: '127.0.0.1' });

  const server = createServer(async (request, response) => {
    if (request.url?.startsWith('/2015-03-31/functions/')) {
      const { status, body } = describeFunction(account);
      return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }
    const form = new URLSearchParams(await text(request));
    const { status, body } = await answer(account, form, store);
    return response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  });
  const url = await listen(server);
  // CloudFormation creates the bucket with the stack.
  await fetch(`${store}/${BUCKET}`, { method: 'PUT', headers: { authorization: AUTHORIZATION } });
  return {
    account,
    /** The environment of a command that must use this account and no other. */
    environment: {
      AWS_ENDPOINT_URL_CLOUDFORMATION: url,
      AWS_ENDPOINT_URL_LAMBDA: url,
      AWS_ENDPOINT_URL_STS: store,
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

const describeFunction = ({ functionsMade }: Account) =>
  functionsMade
    ? { status: 200, body: { Configuration: { LastModified: functionsMade.toISOString() } } }
    : { status: 404, body: { __type: 'ResourceNotFoundException', Message: 'not here' } };

const BUCKET = 'deployment-bucket';
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=00';
const ID = 'arn:aws:cloudformation:eu-central-1:000000000000:stack/migration-relay-prod/1';
const reply = (action: string, inner: string) => ({
  status: 200,
  body: `<${action}Response><${action}Result>${inner}</${action}Result></${action}Response>`,
});
const refusal = (message: string) => ({
  status: 400,
  body: `<ErrorResponse><Error><Code>ValidationError</Code><Message>${message}</Message></Error></ErrorResponse>`,
});

async function answer(account: Account, form: URLSearchParams, store: string) {
  const action = form.get('Action') ?? '';
  account.calls.push(action);
  const actions: Record<string, () => Promise<{ status: number; body: string }>> = {
    CreateStack: async () => change(account, action, form.get('TemplateBody') ?? '', form),
    UpdateStack: async () => change(account, action, await fetched(form.get('TemplateURL') ?? '', store), form),
    DescribeStacks: async () => describeStacks(account, action),
    DescribeStackEvents: async () => reply(action, events(account)),
    DescribeStackResource: async () => reply(action, bucket(form.get('LogicalResourceId') ?? '')),
    ListStackResources: async () => reply(action, resources(account)),
    ValidateTemplate: async () => reply(action, ''),
  };
  return actions[action]?.() ?? refusal(`${action} is not known here`);
}

function describeStacks({ template, calls }: Account, action: string) {
  if (!template) return refusal('Stack with id migration-relay-prod does not exist');
  const status = calls.includes('UpdateStack') ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE';
  const times = '<CreationTime>2026-01-01T00:00:00Z</CreationTime>';
  return reply(
    action,
    `<Stacks><member><StackId>${ID}</StackId><StackName>migration-relay-prod</StackName>${times}<StackStatus>${status}</StackStatus><Outputs/></member></Stacks>`,
  );
}

/** As CloudFormation does, refuses an update that changes nothing. */
function change(account: Account, action: string, template: string, form: URLSearchParams) {
  const policy = form.get('StackPolicyBody');
  if (policy) account.policies.push(policy);
  if (account.template && JSON.stringify(account.template) === JSON.stringify(JSON.parse(template)))
    return refusal('No updates are to be performed.');
  account.template = JSON.parse(template);
  if (account.template?.Resources.WebhookLambdaFunction) account.functionsMade = new Date();
  return reply(action, `<StackId>${ID}</StackId>`);
}

async function fetched(url: string, store: string): Promise<string> {
  const { pathname } = new URL(url);
  return (await fetch(new URL(pathname, store))).text();
}

function events({ calls }: Account): string {
  const status = calls.includes('UpdateStack') ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE';
  const at = new Date(Date.now() + 1000).toISOString();
  return `<StackEvents><member><EventId>${calls.length}</EventId><StackId>${ID}</StackId><StackName>migration-relay-prod</StackName><LogicalResourceId>migration-relay-prod</LogicalResourceId><PhysicalResourceId>${ID}</PhysicalResourceId><ResourceType>AWS::CloudFormation::Stack</ResourceType><ResourceStatus>${status}</ResourceStatus><Timestamp>${at}</Timestamp></member></StackEvents>`;
}

const resources = ({ template }: Account) =>
  `<StackResourceSummaries>${Object.entries(template?.Resources ?? {})
    .map(
      ([id, { Type }]) =>
        `<member><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${id}</PhysicalResourceId><ResourceType>${Type}</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus><LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp></member>`,
    )
    .join('')}</StackResourceSummaries>`;

const bucket = (id: string) =>
  `<StackResourceDetail><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${BUCKET}</PhysicalResourceId><ResourceType>AWS::S3::Bucket</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus><LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp></StackResourceDetail>`;
