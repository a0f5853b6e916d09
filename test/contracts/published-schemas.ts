import { readdirSync, readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { contractName, OPERATIONS } from '../../src/contracts/contract.ts';
import { InexactNumber, isObject } from '../../src/lib/json/exact-json.ts';
import type { Operation } from '../../src/lib/operations/operation.ts';

/** The settings under which all of events/ is valid. */
export const SETTINGS = { operations: OPERATIONS, revision: '2026-01' as const, allowInlineSecrets: true };

export const schemaOf = (name: string) =>
  JSON.parse(readFileSync(`docs/contracts/${name}.schema.json`, 'utf8')) as object;

const ajv = new Ajv2020({ strict: false });
const compiled = new Map<string, ValidateFunction>();

/** A validator of the schema in docs/contracts. */
export function validatorOf(name: string): ValidateFunction {
  const validate = compiled.get(name) ?? ajv.compile(schemaOf(name));
  compiled.set(name, validate);
  return validate;
}

const validators = new Map(OPERATIONS.map((operation) => [operation, validatorOf(contractName(operation))] as const));

/** True if the published schema of an operation's changes accepts this event. */
export const takes = (operation: Operation, event: unknown): boolean =>
  validators.get(operation)?.(asDoubles(event)) === true;

/** The first published schema that accepts an event, as a producer would search for it. */
export const takenBy = (event: unknown) => OPERATIONS.find((operation) => takes(operation, event));

/** A value as most JSON libraries read it: every number is a double. */
export function asDoubles(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asDoubles);
  if (value instanceof InexactNumber) return Number(value.source);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asDoubles(inner)]));
  return typeof value === 'bigint' ? Number(value) : value;
}

/** The texts of events/, the invalid ones too. */
export const SAMPLES = ['', 'invalid/'].flatMap((folder) =>
  readdirSync(`events/${folder}`, { withFileTypes: true })
    .filter((file) => file.isFile() && file.name !== 'samples.json')
    .map(({ name }) => ({ file: `${folder}${name}`, text: readFileSync(`events/${folder}${name}`, 'utf8') })),
);
