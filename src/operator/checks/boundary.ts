import type { IAM } from '@aws-sdk/client-iam';
import type { PlannedStage, StageParameters } from '../stage/planned-stage.ts';
import { ifAbsent } from './absent.ts';
import { bad, type Finding, good } from './address-checks.ts';
import { covers, statementsOf } from './policy-statements.ts';

/** What the functions' roles may do (serverless/roles.yml, optional-rights.yml). */
export const roleActions = ({ tracing, vpc }: Pick<StageParameters, 'tracing' | 'vpc'>) => [
  ...['dynamodb:GetItem', 'dynamodb:UpdateItem', 'events:PutEvents', 'kms:Decrypt', 'kms:GenerateDataKey'],
  ...['logs:CreateLogStream', 'logs:PutLogEvents', 'secretsmanager:GetSecretValue', 'sqs:ChangeMessageVisibility'],
  ...['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage', 'sqs:SendMessage', 'ssm:GetParameter'],
  ...(tracing ? ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'] : []),
  ...(vpc ? INTERFACES : []),
];
/** Lambda makes the network interfaces in the name of the role. */
const INTERFACES = [
  ...['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface'],
  ...['ec2:DescribeSubnets', 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'],
];

/** Checks that the boundary of the roles exists, and that it allows each action of a function for at least something. */
export async function checkBoundary({ clients, parameters }: PlannedStage): Promise<Finding> {
  const { permissionsBoundary: PolicyArn } = parameters;
  if (PolicyArn === undefined) return good('none is set');
  const text = await documentOf(await clients.iam(), PolicyArn);
  if (text === undefined)
    return bad(`${PolicyArn} does not exist`, 'correct permissionsBoundary, or create the policy');
  const allowing = statementsOf(text).filter(({ Effect }) => Effect === 'Allow');
  const missing = roleActions(parameters).filter((action) => !allowing.some((one) => covers(one, action)));
  if (missing.length === 0) return good(PolicyArn);
  return bad(
    `${PolicyArn} allows none of ${missing.join(', ')}, which the functions need`,
    'add them to the policy; the resource Boundary of docs/deploy-role.yml has all that is needed, for a stage with vpc with the parameter Network=vpc',
  );
}

/** The text of a policy's default version; undefined if there is no such policy. IAM encodes it as in a URL. */
async function documentOf(iam: IAM, PolicyArn: string): Promise<string | undefined> {
  const found = await iam.getPolicy({ PolicyArn }).catch(ifAbsent);
  if (!found) return undefined;
  const VersionId = found.Policy?.DefaultVersionId;
  const { PolicyVersion } = await iam.getPolicyVersion({ PolicyArn, VersionId });
  return decodeURIComponent(PolicyVersion?.Document ?? '');
}
