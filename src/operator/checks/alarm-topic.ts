import { isObject, type Json, parseJson } from '../../lib/json/exact-json.ts';
import { tryJson } from '../../lib/json/try-json.ts';
import type { PlannedStage } from '../stage/planned-stage.ts';
import { ifAbsent } from './absent.ts';
import { bad, type Finding, good } from './address-checks.ts';

const CLOUDWATCH = 'cloudwatch.amazonaws.com';
/** What CloudWatch does with the key of an encrypted topic (SNS Developer Guide, "Managing Amazon SNS encryption keys and costs"). */
const ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** Checks that the topic of the alarms exists in the stage's region, and that CloudWatch can publish to it. */
export async function checkAlarmTopic(stage: PlannedStage): Promise<Finding> {
  const { alarmTarget } = stage.parameters;
  if (alarmTarget === 'none')
    return { level: 'warning', text: 'none: alarms are only on the dashboard', fix: 'set alarmTarget to an SNS topic' };
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
  const { Policy = '' } = await (await clients.keys()).getKeyPolicy({ KeyId, PolicyName: 'default' });
  const missing = ACTIONS.filter((action) => !isAllowed(Policy, action));
  if (missing.length === 0) return good(`encrypted with ${KeyId}, which CloudWatch may use`);
  return bad(
    `the topic is encrypted with ${KeyId}, whose policy does not allow ${CLOUDWATCH} ${missing.join(' and ')}*; no alarm would arrive`,
    `add to the key's policy: {"Effect":"Allow","Principal":{"Service":"${CLOUDWATCH}"},"Action":["kms:Decrypt","kms:GenerateDataKey*"],"Resource":"*"}`,
  );
}

/** True if a statement allows CloudWatch the action. Conditions are not read. */
function isAllowed(policy: string, action: string): boolean {
  const document = tryJson(policy, parseJson);
  const statements = isObject(document) ? [document.Statement].flat() : [];
  return statements.some(
    (one) =>
      isObject(one) &&
      one.Effect === 'Allow' &&
      servicesIn(one.Principal).includes(CLOUDWATCH) &&
      [one.Action].flat().some((pattern) => fits(String(pattern), action)),
  );
}

const servicesIn = (principal: Json | undefined) => (isObject(principal) ? [principal.Service].flat() : []);

/** IAM's `*` stands for any text. Case does not count in actions. */
const fits = (pattern: string, action: string) =>
  new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 'i').test(action);
