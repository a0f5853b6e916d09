import { describe, expect, it } from 'vitest';
import type { Statement } from '../support/compiled.ts';
import { ACCOUNT, type Actor, type AwsRequest, isAllowed, unused } from '../support/iam.ts';

const QUEUE = `arn:aws:sqs:eu-central-1:${ACCOUNT}:orders`;
const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/11111111-2222`;
const BUS = `arn:aws:events:eu-central-1:${ACCOUNT}:event-bus/results`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/sender`;
const STRANGER = 'arn:aws:iam::999999999999:role/sender';

const allow = (action: string, resource: string, Condition?: Statement['Condition']): Statement => ({
  Sid: 'Allow',
  Effect: 'Allow',
  Action: [action],
  Resource: [resource],
  ...(Condition && { Condition }),
});
const deny = (action: string, resource: string, Condition?: Statement['Condition']): Statement => ({
  ...allow(action, resource, Condition),
  Effect: 'Deny',
});
const toAll = (statement: Statement): Statement => ({ ...statement, Principal: '*' });
const send = (context: AwsRequest['context'] = {}): AwsRequest => ({
  action: 'sqs:SendMessage',
  resource: QUEUE,
  context,
});
const publish = (context: AwsRequest['context'] = {}): AwsRequest => ({
  action: 'events:PutEvents',
  resource: BUS,
  context,
});
const role = (...Statement: Statement[]): Actor => ({ principal: ROLE, policies: [{ Statement }] });

/** "IAM JSON policy elements: condition operators", "Set operators for multivalued context keys", "Null". */
describe('a condition', () => {
  const notOrders = { ArnNotLike: { 'aws:PrincipalArn': [ROLE] } };
  const onlyMine = { 'ForAllValues:StringEquals': { 'events:source': ['mine'] } };
  const present = { Null: { 'events:source': 'false' } };
  const source = (...sources: string[]) => ({ 'events:source': sources });

  it.each<[string, boolean, AwsRequest, Actor]>([
    [
      'with a key that is absent is not met',
      false,
      send(),
      role(allow('sqs:*', '*', { ArnLike: { 'aws:SourceArn': '*' } })),
    ],
    [
      'with IfExists and an absent key is met',
      true,
      send(),
      role(allow('sqs:*', '*', { ArnLikeIfExists: { 'aws:SourceArn': '*' } })),
    ],
    [
      'that negates is met by an absent key',
      false,
      send(),
      {
        principal: 'events.amazonaws.com',
        policies: [],
        resourcePolicy: { Statement: [toAll(allow('sqs:*', '*')), toAll(deny('sqs:*', '*', notOrders))] },
      },
    ],
    [
      'that negates spares whom it names',
      true,
      send(),
      { ...role(allow('sqs:*', '*')), resourcePolicy: { Statement: [toAll(deny('sqs:*', '*', notOrders))] } },
    ],
    ['for all values is met by one that fits', true, publish(source('mine')), role(allow('events:*', '*', onlyMine))],
    [
      'for all values is not met by one too many',
      false,
      publish(source('mine', 'other')),
      role(allow('events:*', '*', onlyMine)),
    ],
    ['for all values is met by an absent key', true, publish(), role(allow('events:*', '*', onlyMine))],
    [
      'for all values with Null is not met by an absent key',
      false,
      publish(),
      role(allow('events:*', '*', { ...onlyMine, ...present })),
    ],
    [
      'on a key of many values needs a set operator',
      false,
      publish(source('mine')),
      role(allow('events:*', '*', { StringEquals: { 'events:source': 'mine' } })),
    ],
    [
      'for any value is met by one of several',
      true,
      send({ 'aws:CalledVia': ['athena.amazonaws.com', 'cloudformation.amazonaws.com'] }),
      role(allow('sqs:*', '*', { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'cloudformation.amazonaws.com' } })),
    ],
    [
      'for any value is not met by an absent key',
      false,
      send(),
      role(allow('sqs:*', '*', { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'cloudformation.amazonaws.com' } })),
    ],
  ])('%s', async (_what, expected, request, actor) => {
    expect(await isAllowed(request, actor)).toBe(expected);
  });
});

/** "Policy evaluation logic", "Cross-account policy evaluation logic", "Permissions boundaries", "Key policies in AWS KMS". */
describe('a request', () => {
  const all = allow('*', '*');
  const decrypt: AwsRequest = { action: 'kms:Decrypt', resource: KEY, context: {} };
  const keyFor = (AWS: string) => ({ Statement: [{ ...allow('kms:*', '*'), Principal: { AWS } }] });

  it.each<[string, boolean, AwsRequest, Actor]>([
    ['that nothing allows is denied', false, send(), role()],
    ['is denied if one statement denies it', false, send(), role(all, deny('sqs:SendMessage', QUEUE))],
    [
      'is denied outside of the boundary',
      false,
      send(),
      { ...role(all), boundary: { Statement: [allow('sqs:ReceiveMessage', '*')] } },
    ],
    [
      'is allowed within the boundary',
      true,
      send(),
      { ...role(all), boundary: { Statement: [allow('sqs:SendMessage', '*')] } },
    ],
    [
      'of another account needs the right of its account',
      false,
      send(),
      {
        principal: STRANGER,
        policies: [],
        resourcePolicy: {
          Statement: [{ ...allow('sqs:*', '*'), Principal: { AWS: 'arn:aws:iam::999999999999:root' } }],
        },
      },
    ],
    [
      "of another account needs the right of the queue's policy",
      false,
      send(),
      { principal: STRANGER, policies: [{ Statement: [all] }] },
    ],
    [
      'of another account is allowed if both allow it',
      true,
      send(),
      {
        principal: STRANGER,
        policies: [{ Statement: [all] }],
        resourcePolicy: {
          Statement: [{ ...allow('sqs:*', '*'), Principal: { AWS: 'arn:aws:iam::999999999999:root' } }],
        },
      },
    ],
    [
      "to a key is denied if the key's policy names nobody",
      false,
      decrypt,
      { ...role(all), resourcePolicy: keyFor('arn:aws:iam::888888888888:root') },
    ],
    [
      "to a key needs the role's right if the key leaves it to the account",
      false,
      decrypt,
      { ...role(), resourcePolicy: keyFor(`arn:aws:iam::${ACCOUNT}:root`) },
    ],
    [
      "to a key is allowed by the role's right if the key leaves it to the account",
      true,
      decrypt,
      { ...role(all), resourcePolicy: keyFor(`arn:aws:iam::${ACCOUNT}:root`) },
    ],
    [
      'through a service carries its name',
      true,
      { ...decrypt, context: { 'kms:ViaService': 'sqs.eu-central-1.amazonaws.com' } },
      {
        ...role(allow('kms:Decrypt', KEY, { StringEquals: { 'kms:ViaService': 'sqs.eu-central-1.amazonaws.com' } })),
        resourcePolicy: keyFor(`arn:aws:iam::${ACCOUNT}:root`),
      },
    ],
    [
      'with another encryption context is denied',
      false,
      { ...decrypt, context: { 'kms:EncryptionContext:a': 'y' } },
      {
        ...role(allow('kms:Decrypt', KEY, { StringEquals: { 'kms:EncryptionContext:a': 'x' } })),
        resourcePolicy: keyFor(`arn:aws:iam::${ACCOUNT}:root`),
      },
    ],
    [
      'with the encryption context is allowed',
      true,
      { ...decrypt, context: { 'kms:EncryptionContext:a': 'x' } },
      {
        ...role(allow('kms:Decrypt', KEY, { StringEquals: { 'kms:EncryptionContext:a': 'x' } })),
        resourcePolicy: keyFor(`arn:aws:iam::${ACCOUNT}:root`),
      },
    ],
  ])('%s', async (_what, expected, request, actor) => {
    expect(await isAllowed(request, actor)).toBe(expected);
  });

  it.each<[string, AwsRequest]>([
    ['an action that AWS does not have', { action: 'kms:ReEncrypt', resource: KEY, context: {} }],
    ['a resource of another kind', { action: 'sqs:SendMessage', resource: KEY, context: {} }],
    ['one resource, where AWS knows none', { action: 'kms:ListAliases', resource: KEY, context: {} }],
    ['a key that AWS never sends with it', { ...send(), context: { 'lambda:FunctionArn': 'x' } }],
  ])('is refused by the test itself if it names %s', async (_what, request) => {
    await expect(isAllowed(request, role(all))).rejects.toThrow(request.action);
  });
});

describe('what is unused', () => {
  it('is each action, resource and value of a condition that no request needs', async () => {
    const condition = { StringEquals: { 'aws:PrincipalAccount': [ACCOUNT, '999999999999'] } };
    const statement = { ...allow('sqs:SendMessage', QUEUE, condition), Action: ['sqs:SendMessage', 'sqs:PurgeQueue'] };
    const wide = { ...statement, Resource: [QUEUE, `${QUEUE}-2`] };
    expect(await unused({ Statement: [wide] }, [send()], ({ Statement }) => role(...Statement))).toEqual([
      'Allow: sqs:PurgeQueue',
      `Allow: ${QUEUE}-2`,
      'Allow: StringEquals aws:PrincipalAccount 999999999999',
    ]);
  });
});
