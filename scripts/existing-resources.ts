import { replaceReferences } from './references.ts';

/** A template of CloudFormation, or a part of one. */
export interface TemplatePart {
  Resources?: Record<string, { Type?: string; DependsOn?: string | string[] }>;
  Outputs?: Record<string, unknown>;
}

/** What a stage's file names instead of having it made: a key's ARN, a bus's ARN or name, and the ARNs of queues. */
export interface Existing {
  key?: string | undefined;
  bus?: string | undefined;
  queues?: Record<string, string | undefined> | undefined;
}

/** The values of a resource by attribute; `Ref` is one of them. As in Fn::Sub, they may have references such as ${AWS::Region}. */
type Values = Record<string, string>;

/** The resources that an existing one stands for, and those that are made only together with it. */
function replacedBy({ key, bus, queues = {} }: Existing): Record<string, Values | undefined> {
  return {
    ...(key && { DataKey: { Ref: key, Arn: key }, DataKeyAlias: undefined }),
    ...(bus && { Results: busValues(bus) }),
    ...(queues.dcs && { DcsChangesQueue: queueValues(queues.dcs), DcsChangesQueuePolicy: undefined }),
    ...deadLetters('Dcs', queues.dcsDeadLetters),
    ...(queues.sms && { SmsChangesQueue: queueValues(queues.sms), SmsChangesQueuePolicy: undefined }),
    ...deadLetters('Sms', queues.smsDeadLetters),
  };
}

const deadLetters = (service: string, arn: string | undefined) =>
  arn === undefined
    ? {}
    : {
        [`${service}ChangesDeadLetterQueue`]: queueValues(arn),
        [`${service}ChangesDeadLetterQueuePolicy`]: undefined,
      };

/** The name of a bus that is named by its ARN or its name. */
export const busNameOf = (nameOrArn: string) => nameOrArn.split('event-bus/').at(-1) ?? '';

function busValues(nameOrArn: string): Values {
  const name = busNameOf(nameOrArn);
  const arn = `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:event-bus/${name}`;
  return { Ref: name, Name: name, Arn: nameOrArn === name ? arn : nameOrArn };
}

function queueValues(arn: string): Values {
  const [, , , region, account, name = ''] = arn.split(':');
  const url = `https://sqs.${region}.\${AWS::URLSuffix}/${account}/${name}`;
  return { Ref: url, QueueUrl: url, Arn: arn, QueueName: name };
}

/**
 * Completes a compiled template in place. Lists among the statements of a policy become its statements. What a stage has
 * already is not made: each reference to it is replaced by its ARN, name or address.
 */
export function completeTemplate(template: TemplatePart, existing: Existing = {}): void {
  const replaced = replacedBy(existing);
  const { Resources = {}, Outputs } = template;
  const made = Object.entries(Resources).filter(([id]) => !(id in replaced));
  const completed = made.map(([id, { DependsOn = [], ...resource }]) => {
    const needed = [DependsOn].flat().filter((other) => !(other in replaced));
    const values = withFlatStatements(replaceIn(resource, replaced)) as object;
    return [id, { ...values, ...(needed.length > 0 && { DependsOn: needed }) }];
  });
  template.Resources = Object.fromEntries(completed);
  if (Outputs) template.Outputs = replaceIn(Outputs, replaced) as Record<string, unknown>;
}

function withFlatStatements(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withFlatStatements);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [
    name,
    withFlatStatements(name === 'Statement' && Array.isArray(member) ? member.flat() : member),
  ]);
  return Object.fromEntries(members);
}

/** Replaces references to existing resources. Their values may refer to the region and the account. */
const replaceIn = (value: unknown, replaced: Replaced) =>
  replaceReferences(value, (id, name) => {
    const found = valueIn(id, name, replaced);
    return found?.includes('${') ? { 'Fn::Sub': found } : found;
  });

type Replaced = ReturnType<typeof replacedBy>;

/** Throws if the template asks an existing resource for something that is not known of it. */
function valueIn(id: string, name: string, replaced: Replaced): string | undefined {
  if (!Object.hasOwn(replaced, id)) return undefined;
  const value = replaced[id]?.[name];
  if (value === undefined) throw new Error(`${id}.${name} is not known of an existing resource`);
  return value;
}
