import * as z from 'zod';

/** AWS's limit for a resource, less the tag STAGE, which serverless sets. */
const MAX_TAGS = 49;

/** CloudFormation takes no empty value for a tag of a stack, though most services do (API Reference, "Tag"). */
const Value = z
  .string({ error: 'must be text; put a number in quotes' })
  .regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u, {
    error: 'must have 1 to 256 letters, digits, blanks and _ . : / = + - @',
  });

/**
 * What is wrong with a key, and when. serverless takes fewer signs than AWS (General Reference, "Tag naming limits"). IAM takes no
 * two keys that differ only in their case (IAM User Guide, "Tags for AWS Identity and Access Management resources").
 */
const WRONG_KEYS: [message: string, isWrong: (key: string, keys: string[]) => boolean][] = [
  ['a key has 1 to 128 letters, digits, blanks and _ . / = + : -', (key) => !/^[\w ./=+:-]{1,128}$/.test(key)],
  ['keys that begin with aws: are reserved', (key) => /^aws:/i.test(key)],
  ['every stage has the tag STAGE already', (key) => /^stage$/i.test(key)],
  [
    'another key differs only in its case',
    (key, keys) => keys.some((other) => other !== key && other.toLowerCase() === key.toLowerCase()),
  ],
];

/** The tags of a stage by their keys. */
export const Tags = z.record(z.string(), Value).superRefine((tags, context) => {
  const keys = Object.keys(tags);
  for (const [message, isWrong] of WRONG_KEYS)
    for (const key of keys.filter((one) => isWrong(one, keys)))
      context.addIssue({ code: 'custom', message, path: [key] });
  if (keys.length > MAX_TAGS) context.addIssue({ code: 'custom', message: `must be at most ${MAX_TAGS}` });
});
