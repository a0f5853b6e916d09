import { partitionOf } from '../src/lib/aws/partitions.ts';
import { busNameOf } from './existing-resources.ts';
import { problemOfPolicies } from './senders.ts';
import type { Parameters } from './stage-schema.ts';

/** The first problem of parameters that are right one by one. */
export const problemOf = (stage: string, set: Parameters, sms: string) =>
  notOnlyLocal(stage, set) ??
  notOnlyPasswords(stage, set) ??
  elsewhere(set) ??
  problemOfExisting(set, sms) ??
  problemOfBudget(set) ??
  problemOfPolicies(stage, set);

/** CloudWatch, EventBridge, KMS and Lambda use topics, rules, keys and queues of their own region only. No ARN crosses a partition. */
function elsewhere(set: Parameters): string | undefined {
  const named = Object.entries(set).flatMap(([name, value]) => arnsIn(value).map((arn) => ({ name, arn })));
  return named.map(({ name, arn }) => wrongPlaceOf(name, arn, set.region)).find(Boolean);
}

function wrongPlaceOf(name: string, arn: string, region: string): string | undefined {
  const [, partition, , place] = arn.split(':');
  const own = partitionOf(region).name;
  if (partition !== own) return `${name}: must be in the partition ${own} of ${region}, not "${arn}"`;
  return place && place !== region ? `${name}: must be in the stage's region ${region}, not "${arn}"` : undefined;
}

const arnsIn = (value: unknown): string[] =>
  (typeof value === 'object' && value !== null ? Object.values(value) : [value]).filter(
    (one): one is string => typeof one === 'string' && one.startsWith('arn:'),
  );

function problemOfExisting(set: Parameters, sms: string): string | undefined {
  const { existingQueues: queues, existingBus, consumerAccounts } = set;
  for (const service of ['dcs', 'sms'] as const)
    if ((queues[service] === undefined) !== (queues[`${service}DeadLetters`] === undefined))
      return `existingQueues: ${service} and ${service}DeadLetters must be named together`;
  if (queues.sms && sms === 'none') return 'existingQueues.sms: the stage has no SMS';
  return existingBus ? problemOfBus(existingBus, consumerAccounts) : undefined;
}

function problemOfBus(bus: string, consumerAccounts: string[]): string | undefined {
  if (busNameOf(bus) === 'default')
    return "existingBus: must not be the account's default bus, whose rules have other ARNs and other metrics";
  if (consumerAccounts.length > 0)
    return "consumerAccounts: the policy of the bus in existingBus is its owner's; name the accounts there";
  return undefined;
}

/** Budgets are in US dollars where accounts pay in them. GovCloud's accounts are billed in others, and China's pay in yuan. */
function problemOfBudget({ monthlyBudget, alarmTarget, region }: Parameters): string | undefined {
  if (monthlyBudget === undefined) return undefined;
  if (alarmTarget === 'none') return 'monthlyBudget: name an alarmTarget, whom the budget tells';
  const { name } = partitionOf(region);
  return name === 'aws' ? undefined : `monthlyBudget: not known to work in the partition ${name} of ${region}`;
}

/** Names a setting that only the local stage may have. Passwords in changes are unsafe when deployed, and shorter waits are wrong. */
function notOnlyLocal(stage: string, { inlinePasswords, timeScale }: Parameters): string | undefined {
  if (stage === 'local') return undefined;
  if (inlinePasswords) return 'inlinePasswords: only the stage local may accept passwords in changes';
  return timeScale > 1 ? 'timeScale: only the stage local may shorten the waits' : undefined;
}

/** Names what a change could read as a password although it is something else of the stage. */
function notOnlyPasswords(stage: string, { passwordPrefix, ...set }: Parameters): string | undefined {
  const others = [set.providerCredentials, set.fingerprintKeys, set.webhookSecrets, `migration-relay/${stage}/stack/`];
  const found = others.find(
    (name) => name.startsWith(passwordPrefix) || (name.endsWith('/') && passwordPrefix.startsWith(name)),
  );
  return found && `passwordPrefix: a change could use ${found} as a password; choose a prefix that only passwords have`;
}
