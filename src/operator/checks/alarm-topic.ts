import { isObject, type Json, type JsonObject } from '../../lib/json/exact-json.ts';
import type { PlannedStage } from '../stage/planned-stage.ts';
import { ifAbsent } from './absent.ts';
import { bad, type Finding, good } from './address-checks.ts';
import { covers, statementsOf } from './policy-statements.ts';

const CLOUDWATCH = 'cloudwatch.amazonaws.com';
/** What CloudWatch does with the key of an encrypted topic (SNS Developer Guide, "Managing Amazon SNS encryption keys and costs"). */
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
  const key = found.Attributes?.KmsMasterKeyId;
  return key ? checkKey(stage, key) : good(`${alarmTarget}, not encrypted`);
}

async function checkKey({ clients }: PlannedStage, KeyId: string): Promise<Finding> {
  if (/alias\/aws\/sns$/.test(KeyId))
    return bad(
      'the topic is encrypted with alias/aws/sns, which CloudWatch may not use; no alarm would arrive',
      `encrypt it with a key of your own whose policy allows ${CLOUDWATCH} ${ACTIONS.join(' and ')}*`,
    );
  const client = await clients.keys();
  // A topic may name its key by an alias, which GetKeyPolicy does not take.
  const described = await client.describeKey({ KeyId }).catch(ifAbsent);
  if (!described) return bad(`the topic is encrypted with ${KeyId}, which does not exist`, 'choose another key');
  const { Policy = '' } = await client.getKeyPolicy({ KeyId: described.KeyMetadata?.KeyId, PolicyName: 'default' });
  const statements = statementsFor(Policy);
  const missing = ACTIONS.filter((action) => !statements.some((one) => one.Effect === 'Allow' && covers(one, action)));
  if (missing.length > 0)
    return bad(
      `the topic is encrypted with ${KeyId}, whose policy does not allow ${CLOUDWATCH} ${missing.join(' and ')}*; no alarm would arrive`,
      `add to the key's policy: {"Effect":"Allow","Principal":{"Service":"${CLOUDWATCH}"},"Action":["kms:Decrypt","kms:GenerateDataKey*"],"Resource":"*"}`,
    );
  if (statements.every(({ Effect, Condition }) => Effect === 'Allow' && Condition === undefined))
    return good(`encrypted with ${KeyId}, which CloudWatch may use`);
  return {
    level: 'warning',
    text: `encrypted with ${KeyId}, whose policy has conditions or denials for ${CLOUDWATCH}, which this check does not read`,
    fix: 'aws sns publish proves nothing: let an alarm go off once',
  };
}

/** The statements of a key's policy about CloudWatch. */
const statementsFor = (policy: string): JsonObject[] =>
  statementsOf(policy).filter(({ Principal }) => servicesIn(Principal).includes(CLOUDWATCH));

const servicesIn = (principal: Json | undefined) => (isObject(principal) ? [principal.Service].flat() : []);
