import * as z from 'zod';
import { type Json, type JsonObject, parseJson } from '../lib/json/exact-json.ts';
import type { Rule } from '../lib/json/rule.ts';
import { portable } from './portable.ts';
import { RULES } from './rules.ts';

/** zod writes limits as doubles, so the maximum of an int64 is too large by one until `exactly` corrects it. */
const INT64 = { type: 'integer', minimum: 0, maximum: 2 ** 63 };
const exactly = (json: string) => parseJson(json.replaceAll(`:${2 ** 63}`, `:${2n ** 63n - 1n}`)) as JsonObject;

/**
 * Converts a zod schema to a complete JSON Schema (2020-12): patterns mean the same to every validator, rules that are code
 * in zod are included, and limits are exact. Throws an error for a rule that it can't convert.
 */
export function fromZod(schema: z.ZodType): JsonObject {
  const options = { io: 'input', unrepresentable: 'any', override: complete } as const;
  const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema, options) as JsonObject;
  return exactly(JSON.stringify(jsonSchema));
}

type Override = { zodSchema: z.core.$ZodTypes; jsonSchema: z.core.JSONSchema.BaseSchema };

function complete({ zodSchema, jsonSchema }: Override): void {
  const target = jsonSchema as JsonObject;
  if (target.type === 'integer' && target.anyOf !== undefined) replace(target, INT64);
  if (target.minLength === 0) delete target.minLength;
  const checks = (zodSchema._zod.def.checks ?? []).map(({ _zod }) => _zod.def as unknown as Check);
  // zod gives a regular expression for each of its formats. The keyword `format` would only repeat it less exactly.
  const patterns = checks.flatMap(({ pattern }) => pattern ?? []);
  const rules = checks.flatMap((check) => (check.check === 'custom' ? ruleOf(check) : []));
  if (patterns.length > 0) {
    delete target.allOf;
    delete target.pattern;
  }
  for (const added of [...patterns.flatMap(patternKeywords), ...rules]) add(target, added);
}

interface Check {
  check: string;
  pattern?: RegExp;
  params?: { rule: Rule };
}

function ruleOf({ params }: Check): JsonObject[] {
  if (params === undefined)
    throw new Error('a schema has a check in code that is not among the named rules (json/rule.ts)');
  return RULES[params.rule];
}

/**
 * Adds a rule against line breaks to anchored patterns, because in some engines `$` also matches before a final line break.
 */
function patternKeywords(pattern: RegExp): JsonObject[] {
  const anchored = pattern.source.endsWith('$');
  const keyword = { pattern: portable(pattern) };
  return anchored ? [keyword, { not: { type: 'string', pattern: '\n' } }] : [keyword];
}

/** Adds keywords. If the schema has one of them already, they go into `allOf`. */
function add(target: JsonObject, added: JsonObject): void {
  if (Object.keys(added).every((keyword) => !(keyword in target))) return void Object.assign(target, added);
  const all = (target.allOf ?? []) as Json[];
  const isThere = all.some((one) => JSON.stringify(one) === JSON.stringify(added));
  if (!isThere) target.allOf = [...all, added];
}

function replace(target: JsonObject, by: JsonObject): void {
  for (const keyword of Object.keys(target)) delete target[keyword];
  Object.assign(target, by);
}
