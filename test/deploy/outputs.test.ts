import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROJECT } from '../../local/folders.ts';
import { type CompiledTemplate, compiled, compiledSample } from '../support/compiled.ts';
import { deployedNames } from '../support/deployed-names.ts';
import { denied } from '../support/iam.ts';
import { policyOfRole } from '../support/resource-policies.ts';
import { parametersOf, servicesOf, stagesUnderTest } from '../support/stages.ts';

type Outputs = Record<string, { Description?: string; Value: unknown; Export?: unknown }>;

/** The outputs of serverless itself. */
const OF_SERVERLESS = ['ServerlessDeploymentBucketName', 'HttpApiId', 'HttpApiUrl'];
const outputsOf = ({ template }: CompiledTemplate): Outputs => {
  const all = Object.entries((template.Outputs ?? {}) as Outputs);
  return Object.fromEntries(all.filter(([name]) => !OF_SERVERLESS.includes(name)));
};
const ALWAYS = [
  ...[
    'DcsChangesQueueUrl',
    'DcsChangesQueueArn',
    'DcsDeadLetterQueueUrl',
    'DcsChangesFunctionName',
    'DcsChangesRoleArn',
  ],
  ...['ResultsBusName', 'ResultsBusArn', 'ResultsDeadLetterQueueUrl', 'ResultsLogGroupName', 'LedgerTableName'],
  ...['DataKeyArn', 'WebhookUrl', 'WebhookFunctionName', 'WebhookRoleArn'],
];

/** Addresses that are no attribute of a resource. */
const ADDRESSES: Record<string, unknown> = {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Fn::Sub has its own variables
  WebhookUrl: { 'Fn::Sub': 'https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/changes' },
  DashboardUrl: { 'Fn::Sub': expect.stringMatching(/#dashboards\/dashboard\/\$\{Dashboard\}$/) },
};

/** What an output of this name refers to. */
function valueBy(name: string): unknown {
  const id = name
    .replace(/(Url|Arn|Name)$/, '')
    .replace(/^(Dcs|Sms)Dead/, '$1ChangesDead')
    .replace(/(Bus|Table)$/, '')
    .replace(/Function$/, 'LambdaFunction');
  // Ref gives the ARN of a policy.
  return ADDRESSES[name] ?? (/(?<!Policy)Arn$/.test(name) ? { 'Fn::GetAtt': [id, 'Arn'] } : { Ref: id });
}

describe.each(stagesUnderTest())('the outputs of stage %s', (stage) => {
  let deployed: CompiledTemplate;
  let outputs: Outputs;
  const hasSms = servicesOf(stage).includes('Sms');
  const hasDashboard = parametersOf(stage).dashboard;
  beforeAll(async () => {
    deployed = await compiled(stage);
    outputs = outputsOf(deployed);
  }, 60_000);
  const { existingKey, existingBus, existingQueues } = parametersOf(stage);
  /** The ends of what the stage's file names in place of what it makes. */
  const existing = [existingKey, existingBus, ...Object.values(existingQueues)].flatMap(
    (one) => one?.split(/[:/]/).at(-1) ?? [],
  );
  const parameters = () => deployed.ofType('AWS::SSM::Parameter').map(({ Properties }) => Properties);

  it('have the names and addresses of everything that others use, for each service of the cloud', () => {
    const sms = ALWAYS.filter((name) => name.startsWith('Dcs')).map((name) => name.replace('Dcs', 'Sms'));
    expect(Object.keys(outputs)).toEqual(expect.arrayContaining(hasSms ? [...ALWAYS, ...sms] : ALWAYS));
    const names = [...Object.keys(outputs), ...Object.keys(deployed.template.Resources)];
    expect(names.filter((name) => name.includes('Dashboard'))).toEqual(
      hasDashboard ? ['DashboardUrl', 'Dashboard', 'DashboardUrlParameter'] : [],
    );
    if (!hasSms) expect(Object.keys(outputs).join(' ')).not.toMatch(/sms/i);
  });

  it('name existing resources, say what they are, and export nothing', () => {
    for (const [name, { Value, Description, ...rest }] of Object.entries(outputs)) {
      expect(Description, name).toMatch(/^[A-Z].*\.$/);
      expect(rest, name).toEqual({});
      const ids = [...JSON.stringify(Value).matchAll(/"(?:Ref|Fn::GetAtt)":\[?"(\w+)"|\$\{(\w+)\}/g)];
      const isNamed = existing.some((one) => JSON.stringify(Value).includes(one));
      expect(ids.length > 0 || isNamed, name).toBe(true);
      for (const [, one, other = ''] of ids) expect(deployed.template.Resources, name).toHaveProperty(one ?? other);
    }
  });

  // test/deploy/existing-resources.test.ts looks at what existing resources replace.
  it.runIf(existing.length === 0)('have the value that their name says', () => {
    for (const [name, { Value }] of Object.entries(outputs))
      expect({ name, Value }).toEqual({ name, Value: valueBy(name) });
  });

  it('are parameters in SSM too, under the path of the stage, with the same values', () => {
    const expected = Object.entries(outputs).map(([name, { Value }]) => ({
      Type: 'String',
      Name: `/migration-relay/${stage}/stack/${name}`,
      Value,
    }));
    const byName = (one: { Name?: unknown }, other: { Name?: unknown }) =>
      String(one.Name).localeCompare(String(other.Name));
    expect(parameters().toSorted(byName)).toEqual(expected.toSorted(byName));
  });

  it("can't be read by any function, so no change can use one as a password", async () => {
    const read = parameters().map(({ Name }) => ({
      action: 'ssm:GetParameter',
      resource: `arn:aws:ssm:eu-central-1:000000000000:parameter${Name}`,
      context: {},
    }));
    for (const { id } of deployed.ofType('AWS::IAM::Role')) {
      const role = { principal: deployedNames(deployed).arn(id), policies: [policyOfRole(deployed, id)] };
      expect(await denied(read, () => role)).toHaveLength(read.length);
    }
    const { passwordPrefix } = parametersOf(stage);
    for (const { Name } of parameters()) expect(String(Name).slice(1).startsWith(passwordPrefix)).toBe(false);
  });

  it.runIf(hasDashboard)('lead to the dashboard in the console of the partition', () => {
    expect(JSON.stringify(outputs.DashboardUrl?.Value)).toMatch(
      /\$\{AWS::Region\}\.console\.aws\.amazon\.com\/.*#dashboards\/dashboard\/\$\{Dashboard\}/,
    );
    expect(deployed.properties('Dashboard').DashboardName).toBe(`migration-relay-${stage}`);
  });
});

it('the outputs of a stage with SMS are all explained on the page about deploying, and no other', async () => {
  const page = await readFile(join(PROJECT, 'docs/deploying.md'), 'utf8');
  const [, table = ''] = /\| output \|.*\n((?:\|.*\n)+)/.exec(page) ?? [];
  const explained = [...table.matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name);
  expect(explained.toSorted()).toEqual(Object.keys(outputsOf(await compiledSample('prod'))).toSorted());
}, 60_000);
