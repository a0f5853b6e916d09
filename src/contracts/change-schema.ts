import { MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS } from '../lib/change/body.ts';
import { Envelope } from '../lib/change/envelope.ts';
import { schemaId } from '../lib/change/schema-id.ts';
import type { JsonObject } from '../lib/json/exact-json.ts';
import type { Operation } from '../lib/operations/operation.ts';
import { contractName, OPERATIONS, routeOf } from './contract.ts';
import { fromZod } from './from-zod.ts';
import { withNulls, withOmitted } from './leniency.ts';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** The JSON Schema of a change, in the form in which it is sent to the queue or the webhook. */
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

/** The JSON Schema of a change's `data`. Members that are null count as absent. Members of another revision are allowed. */
export function dataSchema(operation: Operation): JsonObject {
  const own = fromZod(operation.input);
  const other = OPERATIONS.find(
    ({ change, revision }) => change === operation.change && revision !== operation.revision,
  );
  return withNulls(other?.revision === undefined ? own : withOmitted(own, fromZod(other.input), other.revision));
}

/** The schema describes the decoded event. Data in base64 must be decoded before validation. */
const DECODED: JsonObject = {
  type: 'null',
  description: 'The JSON of data in base64, in place of data. Decode it before validation.',
};

const describe = ({ call, revision, ...operation }: Operation) =>
  [
    `Carried out by ${call}, ${routeOf(operation)}${revision === undefined ? '' : ` (revision ${revision})`}.`,
    `An attribute or a member of data that is null counts as absent. At most ${MAX_BYTES} bytes, ${MAX_DEPTH} levels, and ${MAX_ELEMENTS} elements in the lists of data.`,
  ].join(' ');

/** Without `dataschema` the stage's setting decides which revision it is. */
const revisionOf = ({ revision }: Operation): JsonObject =>
  revision === undefined ? {} : { pattern: `(?:^|/)${revision}$` };
