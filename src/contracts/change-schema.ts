import { MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS } from '../lib/change/body.ts';
import { Envelope } from '../lib/change/envelope.ts';
import { schemaId } from '../lib/change/schema-id.ts';
import type { JsonObject } from '../lib/json/exact-json.ts';
import type { Operation } from '../lib/operations/operation.ts';
import { contractName, OPERATIONS, routeOf } from './contract.ts';
import { fromZod } from './from-zod.ts';
import { withForeign, withNulls } from './leniency.ts';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** The JSON Schema of a change: the event as it is sent to the queue or the webhook. */
export function changeSchema(operation: Operation, examples: JsonObject[] = []): JsonObject {
  const envelope = withNulls(fromZod(Envelope));
  const { dataschema, ...properties } = envelope.properties as Record<string, JsonObject>;
  return {
    $schema: DRAFT,
    $id: schemaId(operation.change, operation.revision),
    title: contractName(operation),
    description: describe(operation),
    ...envelope,
    required: [...(envelope.required as string[]), 'data'],
    properties: {
      ...properties,
      type: { const: operation.change },
      dataschema: { ...dataschema, ...revisionOf(operation) },
      data: dataSchema(operation),
      data_base64: DECODED,
    },
    ...(examples.length > 0 && { examples }),
  };
}

/** The JSON Schema of a change's `data`: members that are null count as absent, those of another revision are left out. */
export function dataSchema(operation: Operation): JsonObject {
  const own = fromZod(operation.input);
  const other = OPERATIONS.find(
    ({ change, revision }) => change === operation.change && revision !== operation.revision,
  );
  return withNulls(other?.revision === undefined ? own : withForeign(own, fromZod(other.input), other.revision));
}

/** The schema is one of the event as it is meant: where its data came in base64, that is decoded first. */
const DECODED: JsonObject = {
  type: 'null',
  description: 'In place of data, the same JSON in base64: decode it first.',
};

const describe = ({ call, revision, ...operation }: Operation) =>
  [
    `Carried out by ${call}, ${routeOf(operation)}${revision === undefined ? '' : ` (revision ${revision})`}.`,
    `An attribute or a member of data that is null counts as absent. At most ${MAX_BYTES} bytes, ${MAX_DEPTH} levels, and ${MAX_ELEMENTS} elements in the lists of data.`,
  ].join(' ');

/** Without `dataschema` the stage's setting decides which revision it is. */
const revisionOf = ({ revision }: Operation): JsonObject =>
  revision === undefined ? {} : { pattern: `(?:^|/)${revision}$` };
