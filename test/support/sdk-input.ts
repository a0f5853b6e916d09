import { readFileSync } from 'node:fs';
import samples from '../../events/samples.json' with { type: 'json' };
import { readChange, withoutNulls } from '../../src/lib/change/change.ts';
import { type ValidChange, validate } from '../../src/lib/change/validate.ts';
import { isObject, type Json, type JsonObject } from '../../src/lib/json/exact-json.ts';
import { ALL_OPERATIONS } from './relay-under-test.ts';
import { asModel } from './sdk-facts.ts';

/** A sample as text, as the relay understands it, and the data as a user of the SDK reads it. */
export interface SdkSample {
  file: string;
  text: string;
  change: ValidChange;
  data: JsonObject;
}

const SETTINGS = { operations: ALL_OPERATIONS, revision: '2026-01', allowInlineSecrets: true } as const;

/** The valid samples, without their sequence: nothing keeps them from being sent. */
export const SDK_SAMPLES: SdkSample[] = samples
  .filter(({ file }) => !file.startsWith('invalid/'))
  .map(({ file }) => {
    const text = readFileSync(`events/${file}`, 'utf8').replace(/ {2}"sequence": .*\n/, '');
    const change = validate(readChange(text), SETTINGS) as ValidChange;
    return { file, text, change, data: withoutNulls(JSON.parse(text).data) as JsonObject };
  });

/** A value whose objects have, for each member, the members that `choose` gives. */
function rebuilt(value: Json, choose: (name: string, one: Json, path: string) => [string, Json][], path = ''): Json {
  if (Array.isArray(value)) return value.map((one, place) => rebuilt(one, choose, `${path}.${place}`));
  if (!isObject(value)) return value;
  const members = Object.entries(value as Record<string, Json>).flatMap(([name, one]) =>
    choose(name, rebuilt(one, choose, `${path}.${name}`), `${path}.${name}`),
  );
  return Object.fromEntries(members) as JsonObject;
}

/** With the secret in place of each reference, as the relay under test reads it. */
const withSecrets = (body: JsonObject) =>
  rebuilt(body, (name, one) =>
    name === 'password_ref' ? [['password', `value-of-${one}`]] : [[name, one]],
  ) as JsonObject;

const ENTERPRISE = new Set(['enterprise_project', 'enterprise_project_id']);

/** Where the relay means to send something else than it was given, by the name of the call. */
export const DIFFERENCES: Record<string, { reason: string; apply(body: JsonObject, change: ValidChange): JsonObject }> =
  {
    UpdateMigrationTask: {
      reason: 'the default of the manual is sent, so that a reading can be compared with it',
      apply: (body) => ({ resume_mode: 'auto', ...body }),
    },
    SetOnlineMigrationTask: {
      reason: 'an empty id or address counts as absent',
      apply: (body) =>
        rebuilt(body, (name, one) => (one === '' && name !== 'password' ? [] : [[name, one]])) as JsonObject,
    },
    UpdateTask: {
      reason: 'each revision has its own fields, and its own name for one of them',
      apply(body, { omitted, operation }) {
        const own = operation.revision === '2024-09' ? 'enterprise_project_id' : 'enterprise_project';
        return rebuilt(body, (name, one, path) =>
          omitted.includes(`data.body${path}`) ? [] : [[ENTERPRISE.has(name) ? own : name, one]],
        ) as JsonObject;
      },
    },
  };

/** The body that the SDK is given for a sample, as its model holds it. */
export function sdkBody({ change, data }: SdkSample, model = ''): JsonObject {
  const { service, call } = change.operation;
  const given = withSecrets((data.body ?? {}) as JsonObject);
  return asModel(service, model, DIFFERENCES[call]?.apply(given, change) ?? given) as JsonObject;
}
