import { ACCOUNT, type AwsRequest } from './iam.ts';

const REGION = 'eu-central-1';

/** Who runs a documented command: the stage has a ready policy for each but the administrator. */
export type Reader = 'producer' | 'consumer' | 'operator' | 'maintainer' | 'restorer' | 'administrator';

/** `others` are calls for which whoever runs the command has another policy too. */
interface Documented {
  by: Reader;
  calls: AwsRequest[];
  others?: { by: Reader; calls: AwsRequest[] };
}

/** The calls of the documented commands on a stage. The key is the command as a page writes it, without its options. */
export function documentedCalls(stage: string): Record<string, Documented> {
  const name = `migration-relay-${stage}`;
  const arn = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
  const plain = (resource: string, ...actions: string[]): AwsRequest[] =>
    actions.map((action) => ({ action, resource, context: {} }));
  const each = (resources: string[], ...actions: string[]) => resources.flatMap((one) => plain(one, ...actions));

  const queues = ['dcs', 'sms'].map((service) => arn('sqs', `${name}-${service}-changes.fifo`));
  const dead = ['dcs', 'sms'].map((service) => arn('sqs', `${name}-${service}-changes-dead.fifo`));
  const undelivered = arn('sqs', `${name}-results-dead`);
  const functions = ['dcsChanges', 'smsChanges', 'webhook'].map((one) => arn('lambda', `function:${name}-${one}`));
  const logs = functions.map((one) => arn('logs', `log-group:/aws/lambda/${one.split(':').at(-1)}`));
  const results = arn('logs', `log-group:/aws/events/${name}-results`);
  const access = arn('logs', `log-group:/aws/vendedlogs/http-api/${name}`);
  const ledger = arn('dynamodb', `table/${name}-ledger`);
  const restored = `${ledger}-restored`;
  const bus = arn('events', `event-bus/${name}-results`);
  const rule = arn('events', `rule/${name}-results/mine`);
  const ownRule = arn('events', `rule/${name}-results/${name}-results-to-log`);
  const key = arn('kms', 'key/11111111-2222-3333-4444-555555555555');
  const secrets = ['provider', 'fingerprint', 'webhook'].map((kind) =>
    arn('secretsmanager', `secret:migration-relay/${stage}/${kind}-a1B2c3`),
  );
  const mapping = arn('lambda', 'event-source-mapping:11111111-2222-3333-4444-555555555555');

  const settings = each(functions, 'lambda:GetFunctionConfiguration');
  const story = [
    ...settings,
    ...each(
      [...logs, results].map((group) => `${group}:*`),
      'logs:FilterLogEvents',
    ),
    ...plain(ledger, 'dynamodb:GetItem'),
    ...each(queues, 'sqs:GetQueueAttributes'),
  ];
  const deadLetters = [
    ...story,
    ...each(dead, 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility'),
  ];
  const tasks = each(secrets.slice(0, 1), 'secretsmanager:GetSecretValue');
  const webhook = [
    ...plain(`arn:aws:apigateway:${REGION}::/apis`, 'apigateway:GET'),
    ...each(secrets.slice(2), 'secretsmanager:GetSecretValue'),
  ];
  const send = [...story, ...each(queues, 'sqs:SendMessage'), ...webhook];
  const publish = (end: string): AwsRequest => ({
    action: 'events:PutEvents',
    resource: bus,
    context: { 'events:source': [`migration-relay.${stage}${end}`] },
  });
  const finding: AwsRequest = {
    action: 'dynamodb:UpdateItem',
    resource: ledger,
    context: { 'dynamodb:Attributes': ['pk', 'state', 'unknown', 'resolution'] },
  };
  // "Using IAM with DynamoDB backup and restore": rights to the table that is written.
  const written = ['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'].map(
    (one) => `dynamodb:${one}`,
  );
  const encrypted = ['Encrypt', 'Decrypt', 'GenerateDataKey', 'DescribeKey', 'CreateGrant'].map((one) => ({
    action: `kms:${one}`,
    resource: key,
    context: { 'kms:ViaService': `dynamodb.${REGION}.amazonaws.com` },
  }));
  const switches: AwsRequest[] = functions.slice(0, 2).map((one) => ({
    action: 'lambda:UpdateEventSourceMapping',
    resource: mapping,
    context: { 'lambda:FunctionArn': one },
  }));
  const closing = each(functions.slice(2), 'lambda:PutFunctionConcurrency');
  const opening = each(functions.slice(2), 'lambda:DeleteFunctionConcurrency');
  const states = [
    ...settings,
    ...plain('*', 'lambda:ListEventSourceMappings'),
    ...each(functions.slice(2), 'lambda:GetFunctionConcurrency'),
    ...each(queues, 'sqs:GetQueueAttributes'),
    publish('.operator'),
  ];
  const by = (reader: Reader) => (calls: AwsRequest[]) => ({ by: reader, calls });
  const asOperator = (calls: AwsRequest[]): Documented => ({
    ...by('maintainer')(calls),
    others: { by: 'operator', calls: states },
  });
  const [producer, consumer, operator] = [by('producer'), by('consumer'), by('operator')];
  const [maintainer, restorer, administrator] = [by('maintainer'), by('restorer'), by('administrator')];
  return {
    'relay validate': producer([]),
    'relay explain': producer([]),
    'relay plan': operator([...settings, ...story, ...tasks]),
    'relay send': operator(send),
    'relay resend': operator([...send, ...each(secrets.slice(1, 2), 'secretsmanager:GetSecretValue')]),
    'relay status': operator(story),
    'relay results': operator(plain(`${results}:*`, 'logs:FilterLogEvents')),
    'relay dlq list': operator(deadLetters),
    'relay dlq show': operator(deadLetters),
    'relay dlq replay': operator([
      ...deadLetters,
      ...each(queues, 'sqs:SendMessage'),
      ...each(dead, 'sqs:DeleteMessage'),
      publish('.operator'),
    ]),
    'relay republish': operator([
      ...story,
      ...plain(ledger, 'dynamodb:Scan'),
      ...plain(
        undelivered,
        'sqs:GetQueueUrl',
        'sqs:ReceiveMessage',
        'sqs:ChangeMessageVisibility',
        'sqs:DeleteMessage',
      ),
      publish(''),
      publish('.operator'),
    ]),
    'relay resolve': operator([...story, ...tasks, finding, publish('')]),
    'relay doctor': operator([
      ...deadLetters,
      ...plain(undelivered, 'sqs:GetQueueUrl', 'sqs:GetQueueAttributes'),
      ...webhook,
      ...each(secrets, 'secretsmanager:GetSecretValue'),
      ...plain('*', 'lambda:ListEventSourceMappings'),
      ...each(functions, 'lambda:GetFunctionConcurrency'),
      ...plain('*', 'events:ListRules'),
      ...plain(ownRule, 'events:ListTargetsByRule'),
    ]),
    'relay pause': asOperator([...switches, ...closing]),
    'relay drain': asOperator([...switches, ...closing]),
    'relay resume': asOperator([...switches, ...closing, ...opening]),
    'npm run secrets': maintainer(each(secrets, 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue')),

    'aws ssm get-parameter': producer(
      plain(arn('ssm', `parameter/migration-relay/${stage}/stack/ResultsBusArn`), 'ssm:GetParameter'),
    ),
    'aws sqs send-message': producer(each(queues, 'sqs:SendMessage')),
    'aws events put-rule': consumer(plain(rule, 'events:PutRule', 'events:DescribeRule')),
    'aws events put-targets': consumer(plain(rule, 'events:PutTargets')),
    'aws events remove-targets': consumer(plain(rule, 'events:RemoveTargets', 'events:ListTargetsByRule')),
    'aws events delete-rule': consumer(plain(rule, 'events:DeleteRule')),
    'aws events list-rules': operator(plain('*', 'events:ListRules')),
    'aws events list-targets-by-rule': operator(each([rule, ownRule], 'events:ListTargetsByRule')),
    'aws sqs get-queue-url': operator(each([...queues, ...dead, undelivered], 'sqs:GetQueueUrl')),
    'aws sqs receive-message': operator(plain(undelivered, 'sqs:ReceiveMessage', 'sqs:DeleteMessage')),
    'aws sqs purge-queue': operator(each(dead, 'sqs:PurgeQueue')),
    // "Configuring a dead-letter queue redrive using the Amazon SQS API", permissions.
    'aws sqs start-message-move-task': operator([
      ...each(dead, 'sqs:StartMessageMoveTask', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'),
      ...each(queues, 'sqs:SendMessage'),
    ]),
    'aws sqs list-message-move-tasks': operator(each(dead, 'sqs:ListMessageMoveTasks')),
    'aws kms describe-key': operator(plain(key, 'kms:DescribeKey')),
    'aws dynamodb describe-table': operator(plain(ledger, 'dynamodb:DescribeTable')),
    'aws secretsmanager get-secret-value': operator(each(secrets, 'secretsmanager:GetSecretValue')),
    'aws secretsmanager list-secret-version-ids': maintainer(each(secrets, 'secretsmanager:ListSecretVersionIds')),
    'aws secretsmanager update-secret-version-stage': maintainer(
      each(secrets, 'secretsmanager:UpdateSecretVersionStage'),
    ),
    'aws budgets describe-budgets': administrator(plain(`arn:aws:budgets::${ACCOUNT}:budget/*`, 'budgets:ViewBudget')),
    'aws iam create-open-id-connect-provider': administrator(
      plain(
        `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`,
        'iam:CreateOpenIDConnectProvider',
      ),
    ),
    'aws iam create-service-linked-role': administrator(
      plain(
        `arn:aws:iam::${ACCOUNT}:role/aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway`,
        'iam:CreateServiceLinkedRole',
      ),
    ),
    'aws iam list-entities-for-policy': administrator(
      ['producer', 'consumer', 'operator', 'maintainer', 'restorer'].flatMap((who) =>
        plain(`arn:aws:iam::${ACCOUNT}:policy/migration-relay/${stage}/${name}-${who}`, 'iam:ListEntitiesForPolicy'),
      ),
    ),
    'aws lambda get-account-settings': administrator(plain('*', 'lambda:GetAccountSettings')),
    'aws logs describe-resource-policies': operator(plain('*', 'logs:DescribeResourcePolicies')),
    'aws sns subscribe': administrator(plain(arn('sns', 'orders.fifo'), 'sns:Subscribe')),
    'aws sts get-caller-identity': operator([]),
    'the dashboard': operator([
      ...plain(`arn:aws:cloudwatch::${ACCOUNT}:dashboard/${name}`, 'cloudwatch:GetDashboard'),
      ...plain('*', 'cloudwatch:GetMetricData'),
      ...plain(arn('cloudwatch', `alarm:${name}-UnknownOutcomes`), 'cloudwatch:DescribeAlarms'),
    ]),
    'Logs Insights': operator(
      each(
        [...logs, access, results].map((group) => `${group}:*`),
        'logs:StartQuery',
        'logs:GetQueryResults',
      ),
    ),

    'aws dynamodb restore-table-to-point-in-time': restorer([
      ...plain(ledger, 'dynamodb:RestoreTableToPointInTime', 'dynamodb:DescribeContinuousBackups'),
      ...plain(restored, 'dynamodb:RestoreTableToPointInTime', ...written),
      ...encrypted,
    ]),
    'aws dynamodb wait': restorer(each([ledger, restored], 'dynamodb:DescribeTable')),
    'aws dynamodb describe-backup': restorer(
      plain(`${restored}/backup/01234567890123-abcdefgh`, 'dynamodb:DescribeBackup'),
    ),
    'aws dynamodb create-backup': restorer(plain(restored, 'dynamodb:CreateBackup')),
    'aws dynamodb update-table': restorer(plain(ledger, 'dynamodb:UpdateTable')),
    'aws dynamodb delete-table': restorer(plain(ledger, 'dynamodb:DeleteTable')),
    'aws dynamodb restore-table-from-backup': restorer([
      ...plain(`${restored}/backup/01234567890123-abcdefgh`, 'dynamodb:RestoreTableFromBackup'),
      ...plain(ledger, 'dynamodb:RestoreTableFromBackup', ...written),
      ...encrypted,
    ]),
    'aws dynamodb update-time-to-live': restorer(plain(ledger, 'dynamodb:UpdateTimeToLive')),
    'aws dynamodb update-continuous-backups': restorer(plain(ledger, 'dynamodb:UpdateContinuousBackups')),
  };
}
