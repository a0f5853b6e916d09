import type { z } from 'zod';
import { schemaId } from '../lib/change/schema-id.ts';
import type { JsonObject } from '../lib/json/exact-json.ts';
import { NO_CHANGE } from '../lib/relay/result.ts';
import { OUTCOMES, Result } from '../lib/relay/result-schema.ts';
import { fromZod } from './from-zod.ts';
import { Replayed, Resolved } from './operator-events.ts';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** The JSON Schema of a result: of one change type, or of any (undefined). */
export function resultSchema(change?: string, examples: JsonObject[] = []): JsonObject {
  const name = change === undefined ? 'result' : `${change}.result`;
  const types = change === undefined ? {} : { enum: OUTCOMES.map((outcome) => `${change}.${outcome}`) };
  return event(
    Result,
    name,
    'What came of a change. A repeated result has the same id and the same bytes.',
    types,
    examples,
  );
}

/** The JSON Schema of the result about something that is no change at all. */
export const noChangeSchema = (examples: JsonObject[] = []) =>
  event(
    Result,
    `${NO_CHANGE}.rejected`,
    'What came of a message that is no change: it is named by the hash of its bytes.',
    { const: `${NO_CHANGE}.rejected` },
    examples,
  );

/** The JSON Schema of a person's word on an unknown result. */
export const resolvedSchema = () =>
  event(
    Resolved,
    'resolved',
    "A person's word on a result whose outcome is unknown; the result itself is never rewritten.",
    {
      pattern: '^migration[.].+[.]resolved$',
    },
  );

/** The JSON Schema of a dead letter that was put back. */
export const replayedSchema = () =>
  event(
    Replayed,
    'replayed',
    'A dead letter was put back into its queue. Its source ends in .operator; consumers need not read it.',
    {
      pattern: '^migration[.].+[.]replayed$',
    },
  );

function event(schema: z.ZodType, name: string, description: string, type: JsonObject, examples: JsonObject[] = []) {
  const made = open(fromZod(schema)) as JsonObject;
  const properties = { ...(made.properties as JsonObject), type: { type: 'string', ...type } };
  return {
    $schema: DRAFT,
    $id: schemaId(name),
    title: name,
    description,
    ...made,
    properties,
    ...(examples.length > 0 && { examples }),
  };
}

/** Later versions may say more, so a consumer's validator must not refuse members that it doesn't know. */
function open(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(open);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(([name, value]) => name !== 'additionalProperties' || value !== false);
  return Object.fromEntries(entries.map(([name, value]) => [name, open(value)]));
}
