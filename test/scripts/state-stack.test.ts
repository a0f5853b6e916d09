import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  bodyOf,
  deployState,
  discardFailed,
  keepState,
  type StackTemplate,
  splitTemplate,
} from '../../scripts/state-stack.ts';
import { startAccount } from '../support/cloud-formation.ts';

const queue = (name: string) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName: name } });
const alias = (target: unknown) => ({
  Type: 'AWS::KMS::Alias',
  Properties: { AliasName: 'alias/a', TargetKeyId: target },
});
const table = { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 't', DeletionProtectionEnabled: true } };

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: Fn::Sub has its own variables
describe('a template that is split', () => {
  const split = (value: unknown) =>
    splitTemplate(
      { Jobs: queue('jobs'), Ledger: table },
      { Resources: { Role: { Type: 'T', Properties: { value } } } },
      's',
    );

  it.each([
    [{ Ref: 'Jobs' }, { 'Fn::ImportValue': 's-Jobs-Ref' }],
    [{ 'Fn::GetAtt': ['Jobs', 'Arn'] }, { 'Fn::ImportValue': 's-Jobs-Arn' }],
    [
      { 'Fn::Sub': '${AWS::Region}:${Jobs.Arn}/${Jobs}/${!Jobs}' },
      {
        'Fn::Sub': [
          '${AWS::Region}:${JobsArn}/${JobsRef}/${!Jobs}',
          { JobsArn: { 'Fn::ImportValue': 's-Jobs-Arn' }, JobsRef: { 'Fn::ImportValue': 's-Jobs-Ref' } },
        ],
      },
    ],
    [{ 'Fn::Sub': '${AWS::Region}' }, { 'Fn::Sub': '${AWS::Region}' }],
    [{ 'Fn::GetAtt': 'Jobs.Arn' }, { 'Fn::ImportValue': 's-Jobs-Arn' }],
    [
      { 'Fn::Sub': ['${Jobs.Arn} ${own}', { own: { Ref: 'Jobs' } }] },
      {
        'Fn::Sub': [
          '${JobsArn} ${own}',
          { own: { 'Fn::ImportValue': 's-Jobs-Ref' }, JobsArn: { 'Fn::ImportValue': 's-Jobs-Arn' } },
        ],
      },
    ],
    [{ list: [{ Ref: 'Jobs' }, 1, null] }, { list: [{ 'Fn::ImportValue': 's-Jobs-Ref' }, 1, null] }],
    [{ Ref: 'Role' }, { Ref: 'Role' }],
  ])('imports what it refers to: %j', (value, imported) => {
    expect(split(value).functions.Resources.Role?.Properties).toEqual({ value: imported });
  });

  it('exports every value that may be imported, whether it is used or not', () => {
    expect(split(1).state.Outputs).toMatchObject({
      JobsRef: { Value: { Ref: 'Jobs' }, Export: { Name: 's-Jobs-Ref' } },
      JobsArn: { Value: { 'Fn::GetAtt': ['Jobs', 'Arn'] }, Export: { Name: 's-Jobs-Arn' } },
      LedgerArn: { Value: { 'Fn::GetAtt': ['Ledger', 'Arn'] }, Export: { Name: 's-Ledger-Arn' } },
    });
  });

  it.each([
    [
      'an attribute that is not exported',
      () => split({ 'Fn::GetAtt': ['Jobs', 'Colour'] }),
      /Jobs\.Colour is not exported/,
    ],
    [
      'data that refers to a function',
      () => splitTemplate({ Alias: alias({ Ref: 'Role' }) }, { Resources: { Role: { Type: 'T' } } }, 's'),
      /must not refer to Role/,
    ],
  ])('is refused for %s', (_title, attempt, sentence) => {
    expect(attempt).toThrow(sentence);
  });
});

// biome-ignore-end lint/suspicious/noTemplateCurlyInString: Fn::Sub has its own variables
describe('a template that is deployed again', () => {
  const outputs = (name: string) => ({ [name]: { Value: name, Export: { Name: name } } });
  const deployed = {
    Resources: {
      ...{ Jobs: queue('jobs'), Sms: queue('sms'), SmsPolicy: { Type: 'AWS::SQS::QueuePolicy' }, Ledger: table },
      ...{ Archive: { Type: 'AWS::Events::Archive' }, Readers: { Type: 'AWS::Events::EventBusPolicy' } },
    },
    Outputs: outputs('Sms'),
  };

  it('keeps what holds data, also where the new one lacks it, but neither an archive nor the access of other accounts', () => {
    const next = { Resources: { Jobs: queue('jobs'), Ledger: table }, Outputs: outputs('Jobs') };
    expect(keepState(deployed, next)).toEqual({
      Resources: {
        Jobs: queue('jobs'),
        Sms: queue('sms'),
        SmsPolicy: { Type: 'AWS::SQS::QueuePolicy' },
        Ledger: table,
      },
      Outputs: { ...outputs('Sms'), ...outputs('Jobs') },
    });
  });
});

describe('the state stack', () => {
  let account: Awaited<ReturnType<typeof startAccount>>;
  let client: CloudFormationClient;
  let lines: string[];
  beforeEach(async () => {
    account = await startAccount();
    lines = [];
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = new CloudFormationClient({ region: 'eu-central-1', endpoint: account.url, credentials });
  });
  afterEach(async () => {
    client.destroy();
    await account.stop();
  });
  const pace = { interval: 1, say: (line: string) => lines.push(line) };
  const retained = (resource: object) => ({ ...resource, DeletionPolicy: 'RetainExceptOnCreate' });
  const deploy = (Resources: object, policy = '{"Statement":[]}') =>
    deployState(client, { name: 's', template: { Resources } as StackTemplate, policy, tags: { TEAM: 'a' } }, pace);

  it('is created once, protected after it has succeeded, and left alone when nothing changes', async () => {
    await deploy({ Jobs: queue('jobs') });
    expect(account.engine.byName('s')).toMatchObject({ isProtected: true, tags: { TEAM: 'a' } });
    account.calls.length = 0;
    await deploy({ Jobs: queue('jobs') });
    expect(account.calls).not.toContain('UpdateTerminationProtection');
    expect(account.engine.byName('s').status).toBe('CREATE_COMPLETE');
  });

  it('is not created if its template is too large for a call', async () => {
    const resources = (length: number) => ({ Jobs: queue('x'.repeat(length)) });
    const bytes = (length: number) => Buffer.byteLength(JSON.stringify({ Resources: resources(length) }));
    const largest = 51_200 - bytes(0);
    await expect(deploy(resources(largest + 1))).rejects.toThrow(
      'the template of the stack s has 51201 bytes, and CloudFormation takes 51200 with a call',
    );
    expect(account.calls).not.toContain('CreateStack');
    expect(bodyOf({ Resources: resources(largest) }, 's')).toHaveLength(51_200);
  });

  it('may hold policies of IAM', async () => {
    await deploy({ Reader: { Type: 'AWS::IAM::ManagedPolicy', Properties: { ManagedPolicyName: 'reader' } } });
    expect(account.engine.byName('s').status).toBe('CREATE_COMPLETE');
  });

  it('of a template that plainly retains is refused the second time, which is why it must not', async () => {
    account.engine.failing.add('s/Jobs');
    const Key = { Type: 'AWS::KMS::Alias', DeletionPolicy: 'Retain', Properties: { AliasName: 'alias/a' } };
    await expect(deploy({ Key, Jobs: queue('jobs') })).rejects.toThrow('Jobs (AWS::SQS::Queue): it fails on purpose');
    account.engine.failing.clear();
    await expect(deploy({ Key, Jobs: queue('jobs') })).rejects.toThrow('Key (AWS::KMS::Alias): alias/a already exists');
  });

  it('with an archive is left alone as well when nothing changes', async () => {
    const archive = { Type: 'AWS::Events::Archive', Properties: { ArchiveName: 'a' } };
    const resources = { Archive: archive, Jobs: queue('jobs'), Ledger: table };
    await deploy(resources);
    account.calls.length = 0;
    await deploy(resources);
    expect(account.calls).toEqual(['DescribeStacks', 'GetTemplate', 'UpdateStack']);
  });

  it('waits until SQS gives the name of a deleted queue free', async () => {
    account.engine.age = 59_000;
    account.engine.failing.add('s/Other');
    await expect(deploy({ Jobs: retained(queue('jobs')), Other: queue('other') })).rejects.toThrow('Other');
    account.engine.failing.clear();
    await deploy({ Jobs: retained(queue('jobs')), Other: queue('other') });
    expect(lines).toContain('Waiting 1 s, because SQS keeps the names of deleted queues');
  });

  it('protects the table only when everything stands, so that a table that failed half way can be removed', async () => {
    account.engine.failingLate.add('s/Ledger');
    await expect(deploy({ Ledger: retained(table), Jobs: queue('jobs') })).rejects.toThrow('Ledger');
    account.engine.failingLate.clear();
    await deploy({ Ledger: retained(table), Jobs: queue('jobs') });
    const ledger = [...account.engine.things].find(({ type }) => type === 'AWS::DynamoDB::Table');
    expect(ledger?.properties.DeletionProtectionEnabled).toBe(true);
  });

  it.each([
    [
      'ROLLBACK_FAILED',
      /: delete the resources that its events name as DELETE_FAILED, then: .+ delete-stack --stack-name s$/,
    ],
    ['UPDATE_ROLLBACK_FAILED', /: remove the cause, then: .+ continue-update-rollback --stack-name s$/],
    ['UPDATE_FAILED', /: remove the cause, then: .+ rollback-stack --stack-name s$/],
    ['CREATE_FAILED', /means: its creation failed\. .+: aws cloudformation delete-stack --stack-name s$/],
    [
      'DELETE_FAILED',
      /: delete the resources that its events name as DELETE_FAILED, then: .+ delete-stack --stack-name s$/,
    ],
    ['REVIEW_IN_PROGRESS', /change set that was never executed, .+ delete-stack --stack-name s$/],
  ])('in the status %s says what to do, and changes nothing', async (status, advice) => {
    await deploy({ Jobs: queue('jobs') });
    account.engine.byName('s').status = status;
    account.calls.length = 0;
    await expect(deploy({ Jobs: queue('jobs') })).rejects.toThrow(advice);
    expect(account.calls.filter((call) => !call.startsWith('Describe'))).toEqual([]);
  });

  it('is deployed as it was after an update that failed', async () => {
    await deploy({ Jobs: queue('jobs') });
    account.engine.failing.add('s/More');
    await expect(deploy({ Jobs: queue('jobs'), More: queue('more') })).rejects.toThrow('More');
    await deploy({ Jobs: queue('jobs') });
    expect(account.engine.byName('s').status).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  it('fails an update that its policy does not allow, and keeps everything', async () => {
    await deploy({ Jobs: retained(queue('jobs')) });
    const policy = JSON.stringify({
      Statement: [{ Effect: 'Deny', Action: ['Update:Replace'], Principal: '*', Resource: '*' }],
    });
    await expect(deploy({ Jobs: retained(queue('renamed')) }, policy)).rejects.toThrow(
      'The stack s was not deployed: Jobs (AWS::SQS::Queue): Action denied by stack policy.',
    );
    expect([...account.engine.things].map(({ name }) => name)).toEqual(['jobs']);
    expect((await discardFailed(client, 's', pace))?.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  it('is waited for while somebody else works on it', async () => {
    await deploy({ Jobs: queue('jobs') });
    const stack = account.engine.byName('s');
    stack.status = 'UPDATE_IN_PROGRESS';
    setTimeout(() => Object.assign(stack, { status: 'UPDATE_COMPLETE' }), 30);
    await deploy({ Jobs: queue('jobs'), More: queue('more') });
    expect(lines).toContain('Waiting for the stack s (UPDATE_IN_PROGRESS)');
    expect(stack.things.has('More')).toBe(true);
  });
});
