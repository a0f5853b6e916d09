import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  anyText,
  decimal,
  flag,
  int64,
  integer,
  list,
  members,
  oneOf,
  pathId,
  ResumeMode,
  SecretReference,
  text,
} from '../../../src/lib/operations/fields.ts';

/** What a field says of a value; nothing means that it takes it. */
const messagesOf = (schema: z.ZodType, value: unknown): string[] =>
  schema.safeParse(value).error?.issues.map(({ message }) => message) ?? [];
const INT64 = 'must be a whole number from 0 to 9223372036854775807';
const REFERENCE = 'must be a Secrets Manager ARN or name, or an SSM parameter, and may end in # and a JSON key';

describe('a field', () => {
  it.each<[string, z.ZodType, unknown[]]>([
    ['an id', pathId(3), ['a', 'A-9', 'abc']],
    ['an id with one sign more', pathId(3, '_-'), ['a_-']],
    ['any text', anyText(), ['', 'ü😀']],
    ['a text within limits', text(3, 1), ['a', 'abc', '😀😀😀']],
    ['a text without a least', text(2), ['', 'ab']],
    ['a text of at least two', text(5, 2), ['ab', '😀😀', 'a😀']],
    ['a word', oneOf('a', ''), ['a', '']],
    ['a flag', flag, [true, false]],
    ['a whole number', integer(), [0, 1, 2_147_483_647]],
    ['a small whole number', integer(3), [0, 3]],
    ['a number', decimal(3), [0, 0.5, 3]],
    ['an int64', int64, [0, 5, 2 ** 53 - 1, 0n, 2n ** 63n - 1n]],
    ['a list', list(flag, 2), [[], [true, false]]],
    ['members', members({ a: flag, b: flag }), [{}, { a: true }, { a: true, b: false }]],
    ['a mode', ResumeMode, ['auto', 'manual']],
  ])('of %s takes what it should', (_what, schema, values) => {
    expect(values.map((value) => messagesOf(schema, value))).toEqual(values.map(() => []));
  });

  it.each<[string, z.ZodType, unknown, string]>([
    ['an id that is too long', pathId(3), 'abcd', 'must be 1 to 3 characters of A-Z a-z 0-9 -'],
    ['an id that is empty', pathId(3), '', 'must be 1 to 3 characters of A-Z a-z 0-9 -'],
    ['an id with another sign before', pathId(3), '/a', 'must be 1 to 3 characters of A-Z a-z 0-9 -'],
    ['an id with another sign behind', pathId(3), 'a/', 'must be 1 to 3 characters of A-Z a-z 0-9 -'],
    ['an id with a sign that it has not', pathId(3), 'a_b', 'must be 1 to 3 characters of A-Z a-z 0-9 -'],
    ['an id with a dot', pathId(3, '_-'), 'a.b', 'must be 1 to 3 characters of A-Z a-z 0-9 _ -'],
    ['an id that is no text', pathId(3), 7, 'must be text'],
    ['half a character', anyText(), '\ud800', 'must be text without lone surrogates'],
    ['a text that is none', anyText(), 7, 'must be text'],
    ['a text that is too long', text(2, 1), 'abc', 'must be 1 to 2 characters long'],
    ['a text that is too long by far', text(2, 1), 'abcdef', 'must be 1 to 2 characters long'],
    ['emojis that are too many', text(2, 1), '😀😀😀', 'must be 1 to 2 characters long'],
    ['a text that is empty', text(2, 1), '', 'must be 1 to 2 characters long'],
    ['one emoji where two characters are wanted', text(5, 2), '😀', 'must be 2 to 5 characters long'],
    ['one letter where two characters are wanted', text(5, 2), 'a', 'must be 2 to 5 characters long'],
    ['another word', oneOf('a', 'b', ''), 'c', 'must be a or b or empty'],
    ['a flag in words', flag, 'true', 'must be true or false'],
    ['a fraction', integer(), 0.5, 'must be a whole number from 0 to 2147483647'],
    ['a number below', integer(3), -1, 'must be a whole number from 0 to 3'],
    ['a number beyond', integer(3), 4, 'must be a whole number from 0 to 3'],
    ['a decimal below', decimal(3), -0.5, 'must be a number from 0 to 3'],
    ['a decimal beyond', decimal(3), 3.5, 'must be a number from 0 to 3'],
    ['a decimal in text', decimal(3), '1', 'must be a number from 0 to 3'],
    ['an int64 below', int64, -1, INT64],
    ['an int64 far below', int64, -1n, INT64],
    ['an int64 beyond', int64, 2n ** 63n, INT64],
    ['an int64 with a fraction', int64, 0.5, INT64],
    ['an int64 in text', int64, '1', INT64],
    ['no list', list(flag, 2), {}, 'must be a list'],
    ['a list that is too long', list(flag, 2), [true, true, true], 'must have at most 2 elements'],
    ['another mode', ResumeMode, 'AUTO', 'must be auto or manual'],
  ])('says of %s what it must be', (_what, schema, value, message) => {
    expect(messagesOf(schema, value)).toEqual([message]);
  });

  it.each<[string, z.ZodType, object]>([
    ['a text', text(3, 1), { type: 'string', minLength: 1, maxLength: 3 }],
    ['a text without a least', text(3), { type: 'string', minLength: 0, maxLength: 3 }],
    ['an int64', int64, { type: 'integer', minimum: 0 }],
    ['an id', pathId(3), { type: 'string', pattern: '^[A-Za-z0-9-]{1,3}$' }],
  ])('tells the schemas of %s its limits', (_what, schema, limits) => {
    expect(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' })).toMatchObject(limits);
  });
});

describe('a reference to a secret', () => {
  const arn = (kind: string, name: string) => `arn:aws:${kind}:eu-central-1:123456789012:${name}`;

  it.each([
    'a',
    '+=.@-_0Z',
    'a'.repeat(512),
    `a${'/'.repeat(511)}`,
    `/${'a'.repeat(1011)}`,
    '/a.b-c/d_e',
    arn('secretsmanager', 'secret:a'),
    arn('secretsmanager', `secret:${'a/+=.@-'.repeat(74)}a`),
    arn('ssm', 'parameter/a/b'),
    arn('ssm', `parameter/${'a'.repeat(1011)}`),
    `${arn('ssm', 'parameter/a')}#key`,
    'arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:a#ключ 😀',
  ])('may be %s', (reference) => {
    expect(messagesOf(SecretReference, reference)).toEqual([]);
  });

  it.each([
    '',
    ' a',
    'a ',
    'a'.repeat(513),
    '/',
    `/${'a'.repeat(1012)}`,
    '/a+b',
    'a:b',
    'x arn:aws:ssm:eu-central-1:123456789012:parameter/a',
    arn('secretsmanager', 'secret:'),
    arn('secretsmanager', `secret:${'a'.repeat(520)}`),
    arn('ssm', 'parameter/'),
    arn('ssm', `parameter/${'a'.repeat(1012)}`),
    arn('ssm', 'parameters/a'),
    arn('sqs', 'secret:a'),
    'arn:aws1:ssm:eu-central-1:123456789012:parameter/a',
    'arn:aws:ssm:EU:123456789012:parameter/a',
    'arn:aws:ssm:eu-central-1:12345678901:parameter/a',
    'arn:aws:ssm:eu-central-1:1234567890123:parameter/a',
    'a#',
    'a#b#c',
    'a#b\u0007',
    'a#b\ud800',
    'a#b\n',
  ])('may not be %j', (reference) => {
    expect(messagesOf(SecretReference, reference)).toEqual([REFERENCE]);
  });

  it('is text of a length that has an end', () => {
    expect(messagesOf(SecretReference, `a#${'b'.repeat(2046)}`)).toEqual([]);
    expect(messagesOf(SecretReference, `a#${'b'.repeat(2047)}`)).toEqual(['must be at most 2048 characters long']);
    expect(messagesOf(SecretReference, 7)).toEqual(['must be text']);
  });
});
