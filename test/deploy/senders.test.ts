import { anonymousPrincipal, runSimulation } from '@cloud-copilot/iam-simulate';
import { beforeAll, describe, expect, it } from 'vitest';
import { resolve } from '../../local/intrinsics.ts';
import { localNames } from '../../local/template.ts';
import { type CompiledTemplate, compiledWith, type Statement } from '../support/compiled.ts';

const OWN = '000000000000';
const OTHER = '111111111111';
const PARTNER = '222222222222';
const READER = '333333333333';
const STRANGER = '999999999999';
const RULE = `arn:aws:events:eu-central-1:${OWN}:rule/orders/to-relay`;
/** As which a rule of another account sends (EventBridge, "Sending events to an AWS service in another account"). */
const EXECUTION = `arn:aws:iam::${OTHER}:role/service-role/sends-orders`;
const TOPIC = `arn:aws:sns:eu-central-1:${OTHER}:orders.fifo`;
const WEBHOOK = `arn:aws:iam::${OWN}:role/migration-relay/trial/migration-relay-trial-webhook`;
const STAGE = {
  region: 'eu-central-1',
  provider: 'huawei-cloud',
  providerRegion: 'ap-southeast-3',
  alarmTarget: 'none',
};
const HEARTBEAT = `arn:aws:events:eu-central-1:${OWN}:rule/migration-relay-trial-heartbeat`;
const CALLERS = {
  senders: [`arn:aws:iam::${OWN}:role/orders`, `arn:aws:iam::${OTHER}:role/teams/*`, EXECUTION],
  senderAccounts: [PARTNER],
  senderRules: [RULE],
  senderTopics: [TOPIC],
  consumerAccounts: [READER],
};

let open: CompiledTemplate;
let closed: CompiledTemplate;
beforeAll(async () => {
  open = await compiledWith({ ...STAGE, ...CALLERS });
  closed = await compiledWith(STAGE);
}, 120_000);

/** Who calls, with the keys that AWS sets for such a caller (IAM, "AWS global condition context keys"). */
type Caller = { principal: string | typeof anonymousPrincipal; context: Record<string, string> };
const role = (arn: string): Caller => ({
  principal: arn,
  context: {
    'aws:PrincipalArn': arn,
    'aws:PrincipalAccount': arn.split(':')[4] ?? '',
    'aws:PrincipalIsAWSService': 'false',
  },
});
const service = (name: string, source: string): Caller => ({
  principal: name,
  context: {
    ...{ 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': name },
    ...{ 'aws:SourceArn': source, 'aws:SourceAccount': source.split(':')[4] ?? '' },
  },
});
const rule = (arn: string) => service('events.amazonaws.com', arn);
const topic = (arn: string) => service('sns.amazonaws.com', arn);
const anybody: Caller = { principal: anonymousPrincipal, context: {} };

const namesOf = ({ template }: CompiledTemplate) => localNames(template, 'eu-central-1', 'http://127.0.0.1');

/** True if a caller with all rights of its own may do this with a resource of the relay's account. */
async function may(
  view: CompiledTemplate,
  id: string,
  action: string,
  { principal, context }: Caller,
  more: Record<string, string> = {},
  added: Statement[] = [],
) {
  const names = namesOf(view);
  const resource = names.attribute(id.replace(/Policy$/, ''), 'Arn');
  const Statement = [...(resolve(view.policy(id), names) as Statement[]), ...added];
  const isService = typeof principal === 'string' && !principal.startsWith('arn:');
  const all = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  const hasPolicies = typeof principal === 'string' && !isService;
  const simulated = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId: OWN },
        contextVariables: { 'aws:SecureTransport': 'true', ...context, ...more },
      },
      identityPolicies: hasPolicies ? [{ name: 'all', policy: all }] : [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: { Version: '2012-10-17', Statement },
    },
    {},
  );
  if (simulated.resultType === 'error') throw new Error(JSON.stringify(simulated.errors));
  return simulated.overallResult === 'Allowed';
}

const VIA_SQS = { 'kms:ViaService': 'sqs.eu-central-1.amazonaws.com' };

/** True if a caller may send to an encrypted queue: the queue's policy and the key's must both allow it. */
async function sends(view: CompiledTemplate, caller: Caller, queue = 'DcsChangesQueue') {
  const mayUse = (action: string) => may(view, 'DataKey', action, caller, VIA_SQS);
  const allowed = [
    may(view, `${queue}Policy`, 'sqs:SendMessage', caller),
    mayUse('kms:GenerateDataKey'),
    mayUse('kms:Decrypt'),
  ];
  return (await Promise.all(allowed)).every(Boolean);
}

describe('the queues of a stage that names senders', () => {
  it.each([
    ['the webhook', role(WEBHOOK)],
    ['a role of the account', role(`arn:aws:iam::${OWN}:role/orders`)],
    ['a role of another account, by a pattern', role(`arn:aws:iam::${OTHER}:role/teams/migration`)],
    ['any role of a named account', role(`arn:aws:iam::${PARTNER}:role/any`)],
    ['any user of a named account', role(`arn:aws:iam::${PARTNER}:user/any`)],
    ['a rule', rule(RULE)],
    ['a rule of another account, as its execution role', role(EXECUTION)],
    ['a topic', topic(TOPIC)],
  ])('take messages of %s', async (_who, caller) => {
    expect(await sends(open, caller)).toBe(true);
    expect(await sends(open, caller, 'SmsChangesQueue')).toBe(true);
  });

  it.each([
    ['another role of the account', role(`arn:aws:iam::${OWN}:role/other`)],
    ['another role of the other account', role(`arn:aws:iam::${OTHER}:role/other`)],
    ['a role of an account that is not named', role(`arn:aws:iam::${STRANGER}:role/teams/migration`)],
    ['another rule of the same bus', rule(`${RULE}-2`)],
    ['the same rule in another account', rule(RULE.replace(OWN, STRANGER))],
    ['a rule without a role in the account of an execution role', rule(RULE.replace(OWN, OTHER))],
    ['another topic', topic(TOPIC.replace('orders', 'others'))],
    ['a topic in the name of EventBridge', service('events.amazonaws.com', TOPIC)],
    ['a rule in the name of SNS', topic(RULE)],
    ['another service for a named rule', service('s3.amazonaws.com', RULE)],
    ['anybody', anybody],
  ])('refuse messages of %s', async (_who, caller) => {
    expect(await may(open, 'DcsChangesQueuePolicy', 'sqs:SendMessage', caller)).toBe(false);
    expect(await may(open, 'SmsChangesQueuePolicy', 'sqs:SendMessage', caller)).toBe(false);
  });

  it.each([
    ['another role of the account', role(`arn:aws:iam::${OWN}:role/other`)],
    ['a role of an account that is not named', role(`arn:aws:iam::${STRANGER}:role/any`)],
    ['another rule', rule(`${RULE}-2`)],
    ['another topic', topic(TOPIC.replace('orders', 'others'))],
    ['anybody', anybody],
  ])('refuse messages of %s even if someone permits everybody to send', async (_who, caller) => {
    const added = [{ Effect: 'Allow', Principal: '*', Action: ['sqs:SendMessage'], Resource: ['*'] }];
    for (const view of [open, closed])
      expect(await may(view, 'DcsChangesQueuePolicy', 'sqs:SendMessage', caller, {}, added)).toBe(false);
    expect(await may(open, 'DcsChangesQueuePolicy', 'sqs:SendMessage', rule(RULE), {}, added)).toBe(true);
    expect(await may(closed, 'DcsChangesQueuePolicy', 'sqs:SendMessage', rule(RULE), {}, added)).toBe(false);
  });

  it('refuse named senders without TLS, and give them no other right', async () => {
    for (const caller of [role(`arn:aws:iam::${PARTNER}:role/any`), rule(RULE), topic(TOPIC)]) {
      const plain = { 'aws:SecureTransport': 'false' };
      expect(await may(open, 'DcsChangesQueuePolicy', 'sqs:SendMessage', caller, plain)).toBe(false);
      for (const action of ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:PurgeQueue', 'sqs:SetQueueAttributes'])
        expect(await may(open, 'DcsChangesQueuePolicy', action, caller)).toBe(false);
      expect(await may(open, 'DcsChangesDeadLetterQueuePolicy', 'sqs:SendMessage', caller)).toBe(false);
    }
  });
});

describe('the schedule of a stage, whether it names senders or not', () => {
  it('sends heartbeats of a service to its own queue', async () => {
    for (const view of [open, closed]) {
      expect(await sends(view, rule(`${HEARTBEAT}-dcs`))).toBe(true);
      expect(await sends(view, rule(`${HEARTBEAT}-sms`), 'SmsChangesQueue')).toBe(true);
    }
  });

  it.each([
    ['of the other service', `${HEARTBEAT}-sms`],
    ['of another stage', `${HEARTBEAT.replace('trial', 'trial-2')}-dcs`],
    ['with a longer name', `${HEARTBEAT}-dcs-2`],
    ['of another account', `${HEARTBEAT.replace(OWN, STRANGER)}-dcs`],
    ['of a bus', `${HEARTBEAT.replace('rule/', 'rule/orders/')}-dcs`],
  ])('sends nothing by a rule %s', async (_which, arn) => {
    for (const view of [open, closed]) expect(await sends(view, rule(arn))).toBe(false);
  });
});

describe('the key of a stage that names senders and consumers', () => {
  it('is for senders of other accounts only through SQS, and for consumers only through EventBridge', async () => {
    const partner = role(`arn:aws:iam::${PARTNER}:role/any`);
    const other = role(`arn:aws:iam::${OTHER}:role/teams/migration`);
    for (const caller of [partner, other]) {
      expect(await may(open, 'DataKey', 'kms:GenerateDataKey', caller)).toBe(false);
      expect(await may(open, 'DataKey', 'kms:DescribeKey', caller, VIA_SQS)).toBe(false);
      expect(await may(open, 'DataKey', 'kms:PutKeyPolicy', caller, VIA_SQS)).toBe(false);
    }
    const viaBus = { 'kms:ViaService': 'events.eu-central-1.amazonaws.com' };
    const reader = role(`arn:aws:iam::${READER}:role/any`);
    expect(await may(open, 'DataKey', 'kms:Decrypt', reader, viaBus)).toBe(true);
    expect(await may(open, 'DataKey', 'kms:GenerateDataKey', reader, viaBus)).toBe(false);
    expect(await may(open, 'DataKey', 'kms:Decrypt', reader, VIA_SQS)).toBe(false);
    expect(await may(open, 'DataKey', 'kms:Decrypt', reader)).toBe(false);
    for (const caller of [partner, other])
      expect(await may(open, 'DataKey', 'kms:Decrypt', caller, viaBus)).toBe(false);
  });

  it('is not for strangers, nor for services of other sources', async () => {
    for (const caller of [
      role(`arn:aws:iam::${STRANGER}:role/teams/migration`),
      topic(TOPIC.replace('orders', 'others')),
      rule(RULE.replace(OWN, STRANGER)),
    ])
      for (const action of ['kms:GenerateDataKey', 'kms:Decrypt'])
        expect(await may(open, 'DataKey', action, caller, VIA_SQS)).toBe(false);
  });
});

describe('the bus of a stage that names consumers', () => {
  const bus = (action: string, account: string, creator = account) =>
    runBusPolicy(open, action, role(`arn:aws:iam::${account}:role/any`), creator);

  it('lets their accounts make rules, and change only rules of their own', async () => {
    for (const action of ['PutRule', 'PutTargets', 'DescribeRule', 'DeleteRule', 'RemoveTargets']) {
      expect(await bus(`events:${action}`, READER)).toBe(true);
      expect(await bus(`events:${action}`, READER, OWN)).toBe(false);
      expect(await bus(`events:${action}`, STRANGER)).toBe(false);
    }
    expect(await bus('events:TagResource', READER)).toBe(false);
  });

  it('has no policy if a stage names none', () => {
    expect(closed.ofType('AWS::Events::EventBusPolicy')).toEqual([]);
  });
});

async function runBusPolicy(view: CompiledTemplate, action: string, { principal, context }: Caller, creator: string) {
  const statement = resolve(view.properties('ResultsPolicy').Statement, namesOf(view));
  const simulated = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: {
          resource: `arn:aws:events:eu-central-1:${OWN}:rule/migration-relay-trial-results/a`,
          accountId: OWN,
        },
        contextVariables: { ...context, 'events:creatorAccount': creator },
      },
      identityPolicies: [
        {
          name: 'all',
          policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
        },
      ],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: { Version: '2012-10-17', Statement: [statement] },
    },
    {},
  );
  if (simulated.resultType === 'error') throw new Error(JSON.stringify(simulated.errors));
  return simulated.overallResult === 'Allowed';
}

describe('a stage that names nobody', () => {
  it('takes messages of its webhook only', async () => {
    expect(await sends(closed, role(WEBHOOK))).toBe(true);
    for (const caller of [role(`arn:aws:iam::${OWN}:role/orders`), rule(RULE), topic(TOPIC), anybody])
      expect(await may(closed, 'DcsChangesQueuePolicy', 'sqs:SendMessage', caller)).toBe(false);
  });

  it('has no statement for others in its policies, and one for its own schedule', () => {
    const statements = closed.policy('DcsChangesQueuePolicy');
    expect(statements.map(({ Sid }) => Sid)).toEqual(['OnlyOverTls', 'OnlyNamedSenders', 'OnlyNamedServices', 'Rules']);
    expect(resolve(statements[3]?.Condition, namesOf(closed))).toEqual({
      ArnEquals: { 'aws:SourceArn': [`${HEARTBEAT}-dcs`] },
    });
    expect(closed.policy('DataKey').filter(({ Sid }) => /Elsewhere|Topics/.test(Sid ?? ''))).toEqual([]);
    const [ofRules] = closed.policy('DataKey').filter(({ Sid }) => Sid === 'RulesEncrypt');
    expect(resolve(ofRules?.Condition, namesOf(closed))).toEqual({ StringEquals: { 'aws:SourceAccount': OWN } });
  });
});
