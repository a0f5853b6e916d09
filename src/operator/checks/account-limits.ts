import type { CloudWatchLogs, ResourcePolicy } from '@aws-sdk/client-cloudwatch-logs';
import type { PlannedStage } from '../stage/planned-stage.ts';
import { ifAbsent } from './absent.ts';
import { bad, type Finding, good } from './address-checks.ts';

/** Lambda keeps this much of an account's concurrency for functions without a reservation (Developer Guide, "Configuring reserved concurrency"). */
const UNRESERVED = 100;
/** The quota by which AWS grants more: Lambda, "Concurrent executions". */
const QUOTA = 'L-B99A9384';

/** Compares what the stage's functions reserve with what the account can give. */
export async function checkConcurrency(stage: PlannedStage): Promise<Finding> {
  const { reserveConcurrency, maximumConcurrency, webhookConcurrency } = stage.parameters;
  if (!reserveConcurrency) return good('the stage reserves none');
  const lambda = await stage.clients.lambda();
  const { AccountLimit: { ConcurrentExecutions = 0, UnreservedConcurrentExecutions = 0 } = {} } =
    await lambda.getAccountSettings({});
  const queues = stage.hasSms ? 2 : 1;
  const needed = queues * maximumConcurrency + webhookConcurrency;
  const free = UnreservedConcurrentExecutions + (await reservedBy(stage)) - UNRESERVED;
  const account = `${Math.max(0, free)} of the account's ${ConcurrentExecutions} can be reserved`;
  if (needed <= free) return good(`the stage reserves ${needed}; ${account}`);
  return bad(
    `the stage reserves ${needed}, but ${account}: ${UNRESERVED} stay without a reservation`,
    `${smaller(free, queues)}set reserveConcurrency: false in stages/${stage.name}.yml, or ask for more: aws service-quotas request-service-quota-increase --service-code lambda --quota-code ${QUOTA} --desired-value 1000`,
  );
}

/** Two per queue are the fewest that SQS accepts, and one for the webhook. */
const smaller = (free: number, queues: number) => (free >= 2 * queues + 1 ? `lower ${sumOf(queues)} to ${free}, ` : '');
const sumOf = (queues: number) => `${queues === 2 ? '2 x ' : ''}maximumConcurrency + webhookConcurrency`;

/** What the stage's own functions have reserved already, if there are any. */
async function reservedBy({ name, clients, hasSms }: PlannedStage): Promise<number> {
  const lambda = await clients.lambda();
  const functions = ['dcsChanges', 'webhook', ...(hasSms ? ['smsChanges'] : [])];
  const reserved = functions.map(async (one) => {
    const FunctionName = `migration-relay-${name}-${one}`;
    const found = await lambda.getFunctionConcurrency({ FunctionName }).catch(ifAbsent);
    return found?.ReservedConcurrentExecutions ?? 0;
  });
  return (await Promise.all(reserved)).reduce((sum, one) => sum + one, 0);
}

/** The most resource policies that CloudWatch Logs takes per account and region (CloudWatch Logs API Reference, "PutResourcePolicy"). */
const POLICIES = 10;
/** The policy by which services such as API Gateway write logs. AWS makes it with the first access log of the account. */
const AWS_OWN = 'AWSLogDeliveryWrite20150319';

/** Counts the resource policies of CloudWatch Logs. The stage needs one of its own. */
export async function checkLogPolicies({ name, region, clients }: PlannedStage): Promise<Finding> {
  const found = await policiesOf(await clients.logs());
  const names = found.flatMap(({ policyName }) => policyName ?? []);
  const missing = [`migration-relay-${name}-results`, AWS_OWN].filter((one) => !names.includes(one));
  const text = `${region} has ${names.length} of at most ${POLICIES} resource policies of logs`;
  if (names.length + missing.length <= POLICIES) return good(text);
  return bad(
    `${text}, and the stage needs ${missing.join(' and ')}: ${names.join(', ')}`,
    'delete one that nobody needs: aws logs delete-resource-policy --policy-name NAME',
  );
}

/** The resource policies of CloudWatch Logs in the region. */
export async function policiesOf(logs: CloudWatchLogs): Promise<ResourcePolicy[]> {
  const found: ResourcePolicy[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.describeResourcePolicies({ limit: 50, ...(nextToken !== undefined && { nextToken }) });
    found.push(...(page.resourcePolicies ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}
