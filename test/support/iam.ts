import { type Names, resolve } from '../../local/intrinsics.ts';
import { localNames } from '../../local/template.ts';
import type { AwsCall } from '../../stand-ins/tap.ts';
import type { CompiledTemplate, Statement } from './compiled.ts';

const REGION = 'eu-central-1';

/** A call that a role must allow. */
export type AwsRequest = Omit<AwsCall, 'caller'>;

/** The difference between a role's rights and the wanted ones. */
interface Difference {
  denied: string[];
  unused: string[];
}

/** Compares a role with the calls that are made with it, in both directions. */
export function compare(statements: Statement[], wanted: AwsRequest[], names: Names): Difference {
  const rules = statements.flatMap((statement) => rulesOf(resolve(statement, names) as Statement));
  const denied = wanted.filter((call) => !rules.some((rule) => allows(rule, call)));
  const unused = rules.filter((rule) => !wanted.some((call) => allows(rule, call)));
  return { denied: denied.map(describe), unused: unused.map(describe) };
}

interface Rule {
  action: string;
  resource: string;
  conditions: [key: string, values: string[]][];
}

/** One action on one resource each. A condition that this code does not understand allows nothing. */
function rulesOf({ Effect, Action, Resource, Condition = {} }: Statement): Rule[] {
  if (Effect !== 'Allow') throw new Error('a role that denies is not understood');
  const conditions = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]): [string, string[]] => [
      operator === 'StringEquals' ? key : operator,
      [values].flat() as string[],
    ]),
  );
  return Action.flatMap((action) => Resource.map((resource) => ({ action, resource: String(resource), conditions })));
}

const allows = (rule: Rule, { action, resource, context }: AwsRequest) =>
  rule.action === action &&
  matches(rule.resource, resource) &&
  rule.conditions.every(([key, values]) => values.includes(context[key] ?? ''));

/** IAM's patterns: * matches any text, ? any one character. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(text);
}

const describe = ({ action, resource }: { action: string; resource: string }) => `${action} on ${resource}`;

/** The names of the template's resources in the local stack's calls. */
export const namesOf = ({ template }: CompiledTemplate): Names => localNames(template, REGION, 'http://127.0.0.1');

/** What AWS does with a function's role on the function's behalf. No call of the function shows it. */
export function onBehalf(view: CompiledTemplate, id: string, calls: AwsRequest[]): AwsRequest[] {
  const names = namesOf(view);
  const { FunctionName } = view.properties(id) as { FunctionName: string };
  const group = `arn:aws:logs:${REGION}:000000000000:log-group:/aws/lambda/${FunctionName}`;
  const plain = (action: string, resource: string, context = {}): AwsRequest => ({ action, resource, context });
  const queue = view
    .ofType('AWS::Lambda::EventSourceMapping')
    .find(({ Properties }) => JSON.stringify(Properties.FunctionName).includes(`"${id}"`));
  const polled = queue
    ? ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((name) =>
        // Lambda's poller: "Configuring an Amazon SQS queue to use with AWS Lambda", execution role permissions.
        plain(`sqs:${name}`, String(resolve(queue.Properties.EventSourceArn, names))),
      )
    : [];
  // The runtime writes the function's output.
  const logged = ['CreateLogStream', 'PutLogEvents'].map((name) => plain(`logs:${name}`, group));
  const key = names.attribute('DataKey', 'Arn');
  const encrypted = [...calls, ...polled].flatMap(({ action }) => {
    const [service = ''] = action.split(':');
    const context = { 'kms:ViaService': `${service}.${REGION}.amazonaws.com` };
    return (KEY_USES[action] ?? []).map((use) => plain(use, key, context));
  });
  return [...polled, ...logged, ...encrypted];
}

/**
 * What a service requests from KMS with its caller's rights: SQS, "Key management", permissions of producers and
 * consumers; DynamoDB, "How DynamoDB uses AWS KMS", table keys. EventBridge uses the key under its own name.
 */
const KEY_USES: Record<string, string[]> = {
  'sqs:SendMessage': ['kms:GenerateDataKey', 'kms:Decrypt'],
  'sqs:ReceiveMessage': ['kms:Decrypt'],
  'dynamodb:GetItem': ['kms:Decrypt'],
  'dynamodb:UpdateItem': ['kms:Decrypt'],
};
