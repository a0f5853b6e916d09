import type { z } from 'zod';
import { schemaId } from '../lib/change/schema-id.ts';
import type { JsonObject } from '../lib/json/exact-json.ts';
import { NO_CHANGE } from '../lib/relay/result.ts';
import { OUTCOMES, Result } from '../lib/relay/result-schema.ts';
import { fromZod } from './from-zod.ts';
import { ReplayEvent, ResolutionEvent, STAGE_VERBS, StageEvent } from './operator-events.ts';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** The JSON Schema of the results of one change type, or of all (undefined). */
export function resultSchema(change?: string, examples: JsonObject[] = []): JsonObject {
  const name = change === undefined ? 'result' : `${change}.result`;
  const types = change === undefined ? {} : { enum: OUTCOMES.map((outcome) => `${change}.${outcome}`) };
  return event(Result, name, RESULT, types, examples);
}
const RESULT = 'The result of a change. When it is published again, it has the same id and the same bytes.';

const REJECTED = `${NO_CHANGE}.rejected`;

const PAUSED = {
  ...{ specversion: '1.0', id: '6f1ed002ab5595859014ebf0951522d9', source: 'migration-relay.prod.operator' },
  ...{ type: 'migration.stage.paused', time: '2026-01-31T12:00:00.000Z', datacontenttype: 'application/json' },
  data: { parts: ['dcs', 'sms'], operator: 'arn:aws:iam::123456789012:user/ann' },
};

/** The JSON Schemas of the events that don't belong to one change type, by their names. */
export const otherSchemas = () => ({
  result: resultSchema(),
  [REJECTED]: event(
    Result,
    REJECTED,
    'The result of a message that is not a change. The message is named by the hash of its bytes.',
    { const: REJECTED },
  ),
  resolved: event(
    ResolutionEvent,
    'resolved',
    "An operator's finding about a result whose outcome is unknown. The result itself is never changed.",
    { pattern: '^migration[.].+[.]resolved$' },
  ),
  replayed: event(
    ReplayEvent,
    'replayed',
    'A dead letter was put back into its queue. The source of this event ends in .operator, and consumers need not read it.',
    { pattern: '^migration[.].+[.]replayed$' },
  ),
  stage: event(
    StageEvent,
    'stage',
    'An operator paused, drained or resumed parts of a stage. The source of this event ends in .operator, and consumers need not read it.',
    { enum: STAGE_VERBS.map((verb) => `migration.stage.${verb}`) },
    [PAUSED],
  ),
});

function event(schema: z.ZodType, name: string, description: string, type: JsonObject, examples: JsonObject[] = []) {
  const openSchema = open(fromZod(schema)) as JsonObject;
  const properties = { ...(openSchema.properties as JsonObject), type: { type: 'string', ...type } };
  return {
    $schema: DRAFT,
    $id: schemaId(name),
    title: name,
    description,
    ...openSchema,
    properties,
    ...(examples.length > 0 && { examples }),
  };
}

/** Allows unknown members, because later versions may add members that a consumer's validator must not refuse. */
function open(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(open);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(([name, value]) => name !== 'additionalProperties' || value !== false);
  return Object.fromEntries(entries.map(([name, value]) => [name, open(value)]));
}
