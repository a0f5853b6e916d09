import { readFileSync } from 'node:fs';
import { withoutNulls } from '../../../src/lib/change/change.ts';
import type { JsonObject } from '../../../src/lib/json/exact-json.ts';
import { parseJson, writeJson } from '../../../src/lib/json/exact-json.ts';
import { problemsOf } from '../../../src/lib/json/problem.ts';
import { DCS_OPERATIONS } from '../../../src/lib/operations/dcs.ts';
import type { Operation } from '../../../src/lib/operations/operation.ts';
import { SMS_OPERATIONS } from '../../../src/lib/operations/sms.ts';

export const OPERATIONS: [name: string, Operation][] = [...DCS_OPERATIONS, ...SMS_OPERATIONS].map((operation) => [
  `${operation.name} ${operation.revision ?? ''}`.trim(),
  operation,
]);

/** JSON as it arrives: numbers exact, members that are null absent. */
export const received = (json: string) => withoutNulls(parseJson(json)) as JsonObject;

/** A body of the manual. */
export const example = (file: string) => received(readFileSync(`test/fixtures/examples/${file}`, 'utf8'));

/** The problems that an operation finds in a change's data, as `path: message`; none means accepted. */
export function problemsIn(operation: Operation, data: unknown): string[] {
  const left = operation.omit?.(data as JsonObject).data ?? data;
  const { error } = operation.input.safeParse(left);
  return error ? problemsOf(error, ['data']).map(({ path, message }) => `${path}: ${message}`) : [];
}

/** Only the paths of the problems. */
export const pathsIn = (operation: Operation, data: unknown) =>
  problemsIn(operation, data).map((problem) => problem.slice(0, problem.indexOf(':')));

/** The request body as it goes out, every secret reference resolved to `secret behind NAME`. A call without a body sends no text. */
export function sent(operation: Operation, data: JsonObject): string {
  const left = operation.omit?.(data).data ?? data;
  const body = operation.body?.(left, (reference) => `secret behind ${reference}`);
  return body ? writeJson(body) : '';
}
