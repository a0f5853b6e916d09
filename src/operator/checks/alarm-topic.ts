import { isObject, type Json, type JsonObject } from '../../lib/json/exact-json.ts';
import type { PlannedStage } from '../stage/planned-stage.ts';
import { ifAbsent } from './absent.ts';
import { bad, type Finding, good } from './address-checks.ts';
import { covers, statementsOf } from './policy-statements.ts';

const CLOUDWATCH = 'cloudwatch.amazonaws.com';
const BUDGETS = 'budgets.amazonaws.com';
/** What CloudWatch, and Budgets, do with the key of an encrypted topic (SNS Developer Guide, "Managing Amazon SNS encryption keys and costs"). */
const ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** Checks that the topic of the alarms exists in the stage's region, and that CloudWatch can publish to it. */
export async function checkAlarmTopic(stage: PlannedStage): Promise<Finding> {
  const { alarmTarget } = stage.parameters;
  if (alarmTarget === 'none')
    return {
      level: 'warning',
      text: 'none: alarms are only in the console of CloudWatch',
      fix: 'set alarmTarget to an SNS topic',
    };
  const region = alarmTarget.split(':')[3];
  if (region !== stage.region)
    return bad(
      `${alarmTarget} is in ${region}; an alarm publishes in its own region only`,
      `use a topic in ${stage.region}`,
    );
  const topics = await stage.clients.topics();
  const found = await topics.getTopicAttributes({ TopicArn: alarmTarget }).catch(ifAbsent);
  if (!found) return bad(`${alarmTarget} does not exist`, 'create it: aws sns create-topic --name NAME');
  const { KmsMasterKeyId: key, Policy = '' } = found.Attributes ?? {};
  const tellers = stage.parameters.monthlyBudget === undefined ? [CLOUDWATCH] : [CLOUDWATCH, BUDGETS];
  // A topic's own policy lets alarms of its account publish, but no budget.
  if (tellers.includes(BUDGETS) && !allowing(Policy, BUDGETS, 'sns:Publish'))
    return bad(
      `the policy of ${alarmTarget} does not allow ${BUDGETS} sns:Publish; no message of the budget would arrive`,
      `add to the topic's policy: {"Effect":"Allow","Principal":{"Service":"${BUDGETS}"},"Action":"sns:Publish","Resource":"${alarmTarget}"}`,
    );
  return key ? checkKey(stage, key, tellers) : good(`${alarmTarget}, not encrypted`);
}

async function checkKey({ clients }: PlannedStage, KeyId: string, tellers: string[]): Promise<Finding> {
  const all = tellers.join(' and ');
  if (/alias\/aws\/sns$/.test(KeyId))
    return bad(
      'the topic is encrypted with alias/aws/sns, which CloudWatch may not use; no alarm would arrive',
      `encrypt it with a key of your own whose policy allows ${all} ${ACTIONS.join(' and ')}*`,
    );
  const client = await clients.keys();
  // A topic may name its key by an alias, which GetKeyPolicy does not take.
  const described = await client.describeKey({ KeyId }).catch(ifAbsent);
  if (!described) return bad(`the topic is encrypted with ${KeyId}, which does not exist`, 'choose another key');
  const { Policy = '' } = await client.getKeyPolicy({ KeyId: described.KeyMetadata?.KeyId, PolicyName: 'default' });
  const refused = tellers.flatMap((teller) => missingFor(KeyId, Policy, teller));
  return refused[0] ?? readable(KeyId, Policy, tellers);
}

function missingFor(KeyId: string, policy: string, teller: string): Finding[] {
  const missing = ACTIONS.filter((action) => !allowing(policy, teller, action));
  if (missing.length === 0) return [];
  const what = teller === CLOUDWATCH ? 'no alarm' : 'no message of the budget';
  return [
    bad(
      `the topic is encrypted with ${KeyId}, whose policy does not allow ${teller} ${missing.join(' and ')}*; ${what} would arrive`,
      `add to the key's policy: {"Effect":"Allow","Principal":{"Service":"${teller}"},"Action":["kms:Decrypt","kms:GenerateDataKey*"],"Resource":"*"}`,
    ),
  ];
}

function readable(KeyId: string, policy: string, tellers: string[]): Finding {
  const statements = tellers.flatMap((teller) => statementsFor(policy, teller));
  if (statements.every(({ Effect, Condition }) => Effect === 'Allow' && Condition === undefined))
    return good(`encrypted with ${KeyId}, which CloudWatch may use`);
  return {
    level: 'warning',
    text: `encrypted with ${KeyId}, whose policy has conditions or denials for ${tellers.join(' or ')}, which this check does not read`,
    fix: 'aws sns publish proves nothing: let an alarm go off once',
  };
}

const allowing = (policy: string, service: string, action: string) =>
  statementsFor(policy, service).some((one) => one.Effect === 'Allow' && covers(one, action));

/** The statements of a policy about a service. */
const statementsFor = (policy: string, service: string): JsonObject[] =>
  statementsOf(policy).filter(({ Principal }) => servicesIn(Principal).includes(service));

const servicesIn = (principal: Json | undefined) => (isObject(principal) ? [principal.Service].flat() : []);
