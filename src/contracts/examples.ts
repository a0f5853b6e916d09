import { readEvent } from '../lib/change/change.ts';
import { sha256 } from '../lib/change/fingerprint.ts';
import { type ValidChange, validate } from '../lib/change/validate.ts';
import { type JsonObject, parseJson } from '../lib/json/exact-json.ts';
import { type Operation, REVISIONS } from '../lib/operations/operation.ts';
import { completionOf } from '../lib/relay/completion.ts';
import { type Completion, toResult, writeResult } from '../lib/relay/result.ts';
import { OPERATIONS } from './contract.ts';

/** A sample of events/: its file, and its JSON with exact integers. */
export interface SampleEvent {
  file: string;
  event: JsonObject;
}

/** The samples of an operation, in their order. */
export function samplesOf(operation: Operation, samples: SampleEvent[]): SampleEvent[] {
  return samples.filter(({ event }) => changeOf(event)?.operation === operation);
}

/** Validates a sample with the settings under which all samples are sent. */
function changeOf(event: JsonObject): ValidChange | undefined {
  const settings = { operations: OPERATIONS, revision: REVISIONS[1], allowInlineSecrets: true };
  const change = validate(readEvent(event), settings);
  return change.kind === 'valid' ? change : undefined;
}

const RELAY = 'migration-relay.prod';
const NOW = Date.UTC(2026, 1, 3, 9, 30);

/** Two results that the relay could publish for this sample: a success and a failure. */
export function resultExamples({ event }: SampleEvent): JsonObject[] {
  const change = changeOf(event);
  if (!change) return [];
  const fingerprint = { keyId: 'example', mac: sha256(JSON.stringify(change.name)) };
  const good: Completion = { outcome: 'succeeded', confirmedBy: 'reply', reply: {}, status: 200, attempts: 1 };
  const ends = [
    { ...good, omitted: change.omitted, warnings: change.warnings },
    completionOf('newer_change_handled'),
    completionOf('idempotency_conflict'),
  ];
  return ends.map(
    (ending) => parseJson(writeResult(toResult(RELAY, change.name, fingerprint, ending, NOW))) as JsonObject,
  );
}
