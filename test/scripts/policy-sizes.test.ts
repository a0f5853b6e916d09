import { describe, expect, it } from 'vitest';
import { longPolicyIn } from '../../scripts/policy-sizes.ts';

const REGION = 'eu-central-1';
const NAME = 'x'.repeat(200);
const document = (Resource: unknown) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Resource }] });
/** What a document has around its resource. */
const FRAME = JSON.stringify(document('')).length;
const managed = (Resource: unknown) => ({
  Type: 'AWS::IAM::ManagedPolicy',
  Properties: { ManagedPolicyName: 'people', PolicyDocument: document(Resource) },
});
const role = (...resources: unknown[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: 'worker',
    Policies: [...resources.map((one) => ({ PolicyDocument: document(one) })), { Ref: 'AWS::NoValue' }],
  },
});
const added = (Resource: unknown, to: string) => ({
  Type: 'AWS::IAM::Policy',
  Properties: { Roles: [{ Ref: to }], PolicyDocument: document(Resource) },
});
const text = (length: number) => 'y'.repeat(length);
const problem = (resources: Parameters<typeof longPolicyIn>[0], parameters = {}) =>
  longPolicyIn(resources, { region: REGION, ...parameters });

describe('a policy', () => {
  const long = text(6144 - FRAME);

  it('may have 6,144 characters, and is named with the parameters in it if it has one more', () => {
    expect(problem({ Policy: managed(long) })).toBeUndefined();
    const named = { providerCredentials: 'not-in-it', secretKeys: ['k', `${long}y`], existingQueues: { dcs: long } };
    expect(problem({ Policy: managed(`${long}y`) }, named)).toBe(
      'secretKeys, existingQueues: together they make the policy people 6145 characters long, and IAM allows 6144',
    );
  });

  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: Fn::Sub has its own variables
  it.each([
    [
      { 'Fn::Sub': 'arn:${AWS::Partition}:s:${AWS::Region}:${AWS::AccountId}:x' },
      'eu-central-1',
      'arn:aws:s:eu-central-1:111111111111:x',
    ],
    [{ 'Fn::Sub': '${AWS::Partition}.${AWS::URLSuffix}' }, 'cn-north-1', 'aws-cn.amazonaws.com.cn'],
    [
      { 'Fn::GetAtt': ['Key', 'Arn'] },
      'us-gov-west-1',
      'arn:aws-us-gov:kms:us-gov-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    ],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'eu-central-1', 'arn:aws:sqs:eu-central-1:111111111111:jobs.fifo'],
    [{ 'Fn::GetAtt': ['Table', 'Arn'] }, 'eu-central-1', 'arn:aws:dynamodb:eu-central-1:111111111111:table/ledger'],
    [{ 'Fn::GetAtt': ['Bus', 'Arn'] }, 'eu-central-1', 'arn:aws:events:eu-central-1:111111111111:event-bus/results'],
    [{ 'Fn::GetAtt': ['Log', 'Arn'] }, 'eu-central-1', 'arn:aws:logs:eu-central-1:111111111111:log-group:/aws/x:*'],
  ])('counts %j in %s as it will be', (reference, region, real) => {
    const others = {
      Key: { Type: 'AWS::KMS::Key' },
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'jobs.fifo' } },
      Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'ledger' } },
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'results' } },
      Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/aws/x' } },
    };
    // A list of both, so that the text has one comma, four quotes and two brackets where a single text has two quotes.
    const rest = text(6144 - FRAME - real.length - 5);
    expect(problem({ ...others, Policy: managed([rest, reference]) }, { region })).toBeUndefined();
    expect(problem({ ...others, Policy: managed([`${rest}y`, reference]) }, { region })).toContain(' 6145 characters');
  });

  it.each([
    [{ Ref: 'Queue' }],
    [{ 'Fn::GetAtt': ['Queue', 'QueueName'] }],
    [{ 'Fn::Sub': 'a ${Queue}' }],
    [{ 'Fn::Join': ['', []] }],
  ])('can not be measured with %j', (reference) => {
    const measure = () => problem({ Queue: { Type: 'AWS::SQS::Queue' }, Policy: managed(reference) });
    expect(measure).toThrow('a policy has a reference of unknown length');
  });
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: Fn::Sub has its own variables
});

describe('the policies of a role', () => {
  it('may have 10,240 characters together, with those that are put into it', () => {
    const half = text(5120 - FRAME);
    const withEnd = (end: string) => ({ Role: role(half), Other: role(NAME), More: added(`${half}${end}`, 'Role') });
    expect(problem(withEnd(''))).toBeUndefined();
    expect(problem(withEnd('y'), { passwordPrefix: half })).toBe(
      'passwordPrefix: together they make the policies of the role worker 10241 characters long, and IAM allows 10240',
    );
  });

  it('are those in it, without what it leaves out and without those of others', () => {
    const half = text(5120 - FRAME);
    expect(problem({ Role: role(half, half), More: added(NAME, 'Other') })).toBeUndefined();
    expect(problem({ Role: role(half, `${half}y`) })).toContain(' 10241 characters');
  });
});
