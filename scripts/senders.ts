import { partitionOf } from '../src/lib/aws/partitions.ts';

/** Who sends to the queues beside the webhook, and which accounts read the bus, as a stage's file names them. */
interface Callers {
  region: string;
  /** ARNs of roles and users, with * for any text. */
  senders: string[];
  /** Ids of accounts. Each decides itself which of its roles send. */
  senderAccounts: string[];
  /** ARNs of EventBridge rules. */
  senderRules: string[];
  /** ARNs of SNS topics. */
  senderTopics: string[];
  /** Ids of the accounts that make rules on the bus. */
  consumerAccounts: string[];
}

const sub = (text: string) => ({ 'Fn::Sub': text });
/**
 * Matches every user, role and root of an account, as aws:PrincipalArn names them. Written out, because dozens of references would
 * make the template of the state stack too large to be sent with a call. For the same reason principals are plain ids of accounts,
 * which mean the same as ARNs that end in :root (IAM, "AWS JSON policy elements: Principal").
 */
const anyoneOf = (region: string) => (account: string) => `arn:${partitionOf(region).name}:iam::${account}:*`;
/** The rule of serverless/heartbeat.yml for a service. It is made after the queues, so its name takes the place of a reference. */
const heartbeatOf = (stage: string, service: string) =>
  sub(
    `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:rule/migration-relay-${stage}-heartbeat-${service}`,
  );
const accountIn = (arn: string) => arn.split(':')[4] ?? '';
const unique = (texts: string[]) => [...new Set(texts)].sort();
/** A list with the value, or an empty one. The statements of a policy are joined from such lists. */
const onlyIf = <Value>(condition: boolean, value: Value) => (condition ? [value] : []);

/**
 * What the template needs to let the named callers in and nobody else. A caller from another account needs an Allow of the
 * queue and of the key besides its own policy (IAM, "Cross-account policy evaluation logic"). A service has no policy of its own.
 */
export function policiesFor(stage: string, callers: Callers) {
  const { region, senders, senderAccounts, senderRules, senderTopics, consumerAccounts } = callers;
  const webhook = sub(
    `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/migration-relay/${stage}/migration-relay-${stage}-webhook`,
  );
  const named = [...senders, ...senderAccounts.map(anyoneOf(region))];
  return {
    namedSenders: [webhook, ...named],
    // A service's call has no aws:PrincipalArn, only the ARN of the rule or topic that causes it.
    servicesNotNamed: {
      Bool: { 'aws:PrincipalIsAWSService': 'true' },
      // A statement for each queue names its own schedule in full.
      ArnNotLike: { 'aws:SourceArn': [heartbeatOf(stage, '*'), ...senderRules, ...senderTopics] },
    },
    dcsSenders: queueStatements('DcsChangesQueue', heartbeatOf(stage, 'dcs'), callers, named),
    smsSenders: queueStatements('SmsChangesQueue', heartbeatOf(stage, 'sms'), callers, named),
    keyUsers: keyStatements(callers, named),
    consumers: consumerAccounts.length > 0 ? 'elsewhere' : 'none',
  };
}

/** SQS's limits of a queue's policy: bytes and principals (SQS, "Amazon SQS policy quotas"). */
const MAX_POLICY_BYTES = 8192;
const MAX_PRINCIPALS = 50;
/** What the policy has besides: the statement about TLS, the frame, and the queue's ARN in each statement. */
const OTHER_BYTES = 1500;
/** Everybody and the two services. */
const OTHER_PRINCIPALS = 3;
/** A service may store the id of an account as its ARN, as IAM's page of principals says. It is longer by this at most. */
const BYTES_OF_ROOT = 'arn:aws-us-gov:iam:::root'.length;
/** One in the bus's policy of 10,240 bytes has about 60 as an ARN. */
const MAX_CONSUMERS = 100;

/** Says which limit of AWS the named callers exceed together. Undefined if none. */
export function problemOfPolicies(stage: string, callers: Callers): string | undefined {
  const names = 'senders, senderAccounts, senderRules, senderTopics';
  const { namedSenders, servicesNotNamed, dcsSenders } = policiesFor(stage, callers);
  const accounts = accountsOf(callers);
  const bytes =
    OTHER_BYTES + resolvedLength([namedSenders, servicesNotNamed, dcsSenders]) + accounts.length * BYTES_OF_ROOT;
  if (bytes > MAX_POLICY_BYTES)
    return `${names}: together they make a policy of ${bytes} bytes, and SQS allows ${MAX_POLICY_BYTES}: name an account or a pattern with * in place of its roles`;
  const principals = accounts.length + OTHER_PRINCIPALS;
  if (principals > MAX_PRINCIPALS)
    return `senders, senderAccounts: together they make a policy with ${principals} principals, and SQS allows ${MAX_PRINCIPALS}`;
  const consumers = callers.consumerAccounts.length;
  return consumers > MAX_CONSUMERS
    ? `consumerAccounts: must be at most ${MAX_CONSUMERS} accounts, not ${consumers}, because the policy of a bus has at most 10240 bytes`
    : undefined;
}

/** The length of values as JSON, after Fn::Sub was resolved with the longest partition. */
const resolvedLength = (values: unknown) =>
  JSON.stringify(values)
    .replaceAll(/\{"Fn::Sub":("[^"]*")\}/g, '$1')
    .replaceAll(/\$\{AWS::Partition\}/g, 'aws-us-gov').length;

const accountsOf = ({ senders, senderAccounts }: Callers) => unique([...senders.map(accountIn), ...senderAccounts]);

function queueStatements(queue: string, heartbeat: object, callers: Callers, named: string[]) {
  const { senderRules, senderTopics } = callers;
  const send = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': [queue, 'Arn'] } };
  return [
    ...onlyIf(named.length > 0, {
      ...{ Sid: 'SendersElsewhere', ...send, Principal: { AWS: accountsOf(callers) } },
      Condition: { ArnLike: { 'aws:PrincipalArn': named } },
    }),
    {
      ...{ Sid: 'Rules', ...send, Principal: { Service: 'events.amazonaws.com' } },
      Condition: { ArnEquals: { 'aws:SourceArn': [heartbeat, ...senderRules] } },
    },
    ...onlyIf(senderTopics.length > 0, {
      ...{ Sid: 'Topics', ...send, Principal: { Service: 'sns.amazonaws.com' } },
      Condition: { ArnEquals: { 'aws:SourceArn': senderTopics } },
    }),
  ];
}

/** Sending to an encrypted queue needs both actions (SQS, "Key management", producers and AWS services). */
const ENCRYPT = ['kms:GenerateDataKey', 'kms:Decrypt'];

function keyStatements(callers: Callers, named: string[]) {
  const { senderTopics, consumerAccounts } = callers;
  const use = { Effect: 'Allow', Resource: '*' };
  const via = (service: string) => ({ 'kms:ViaService': sub(`${service}.\${AWS::Region}.\${AWS::URLSuffix}`) });
  return [
    ...onlyIf(named.length > 0, {
      ...{ Sid: 'SendersElsewhereEncrypt', ...use, Action: ENCRYPT, Principal: { AWS: accountsOf(callers) } },
      Condition: { StringEquals: via('sqs'), ArnLike: { 'aws:PrincipalArn': named } },
    }),
    {
      ...{ Sid: 'RulesEncrypt', ...use, Action: ENCRYPT, Principal: { Service: 'events.amazonaws.com' } },
      // Only the account: no page of EventBridge promises the rule's ARN in this call. Rules that may send are of the stage's account.
      Condition: { StringEquals: { 'aws:SourceAccount': sub(`\${AWS::AccountId}`) } },
    },
    ...onlyIf(senderTopics.length > 0, {
      ...{ Sid: 'TopicsEncrypt', ...use, Action: ENCRYPT, Principal: { Service: 'sns.amazonaws.com' } },
      Condition: { ArnEquals: { 'aws:SourceArn': senderTopics } },
    }),
    // A rule's pattern and targets are encrypted too (EventBridge, "Encrypting event buses with AWS KMS keys").
    ...onlyIf(consumerAccounts.length > 0, {
      ...{ Sid: 'ConsumersElsewhere', ...use, Action: 'kms:Decrypt', Principal: { AWS: consumerAccounts } },
      Condition: { StringEquals: via('events') },
    }),
  ];
}
