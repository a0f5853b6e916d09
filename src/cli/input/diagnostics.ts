import { OPERATIONS } from '../../contracts/contract.ts';
import { type Field, fieldsOf } from '../../contracts/fields.ts';
import { nearest } from '../../lib/change/nearest.ts';
import type { InvalidChange } from '../../lib/change/validate.ts';
import type { Problem } from '../../lib/json/problem.ts';
import { syntaxFaultIn, toPosition } from '../../lib/json/syntax.ts';
import type { Diagnostic, Where } from '../../operator/fault.ts';
import { suggestion } from '../../operator/suggestion.ts';
import type { InputChange } from './given.ts';
import { positionsIn, valueAt } from './positions.ts';

/** What is wrong with a change that was refused: where, what stands there by kind, what may stand there, and how to mend it. */
export function diagnosticsOf(given: InputChange, { problems, code, name }: InvalidChange): Diagnostic[] {
  const syntax = code === 'change_unreadable' ? syntaxFaultIn(given.text) : undefined;
  if (syntax) {
    const message = `${syntax.isCut ? 'the JSON ends too early' : 'not JSON from here on'}: ${syntax.expected} was expected`;
    return [{ message, where: placed(given, toPosition(given.text, syntax.offset)) }];
  }
  const offsets = positionsIn(given.text);
  const fields = OPERATIONS.filter(({ change }) => change === name.type).flatMap(fieldsOf);
  const known = { fields: fields.filter(({ ignored }) => !ignored), type: name.type };
  return problems.map((problem) => toDiagnostic(given, problem, offsets, known));
}

interface KnownFields {
  fields: Field[];
  type: string | undefined;
}

function toDiagnostic(
  given: InputChange,
  { path, message }: Problem,
  offsets: Map<string, number>,
  known: KnownFields,
): Diagnostic {
  const offset = offsets.get(path) ?? offsets.get(parentIn(path, offsets)) ?? 0;
  const where = { ...placed(given, toPosition(given.text, offset)), ...(path !== '' && { field: path }) };
  if (message === 'unknown field') return { where, ...unknownField(path, known) };
  if (path !== '' && !offsets.has(path)) return { where, ...missingField(path, known) };
  const got = kindOf(valueAt(given.text, path));
  return { message: sentence(path, message), where, ...(got && { got }) };
}

/** `must be …` gets its subject. */
const sentence = (path: string, message: string) =>
  /^(?:must|holds) /.test(message) ? `${nameOf(path)} ${message}` : message;

function nameOf(path: string): string {
  const names = path.split('.');
  const last = names.at(-1) ?? '';
  return /^\d+$/.test(last) ? `element ${last} of ${names.at(-2)}` : last || 'the change';
}

/** A missing field is shown at what it is missing from. */
function parentIn(path: string, offsets: Map<string, number>): string {
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  return offsets.has(parent) ? parent : parentIn(parent, offsets);
}

/** The path as the lists of fields have it. */
const general = (path: string) => path.replaceAll(/\.\d+(?=\.|$)/g, '[]');

function missingField(path: string, { fields }: KnownFields): Omit<Diagnostic, 'where'> {
  const takes = fields.find((field) => field.path === general(path))?.takes;
  return { message: `${nameOf(path)} is missing`, ...(takes && { allowed: takes }) };
}

function unknownField(path: string, { fields, type }: KnownFields): Omit<Diagnostic, 'where'> {
  const wanted = general(path);
  const at = wanted.lastIndexOf('.') + 1;
  const siblings = fields.map((field) => field.path).filter((one) => one.startsWith(wanted.slice(0, at)));
  const names = siblings.map((one) => one.slice(at)).filter((name) => /^\w+$/.test(name));
  const meant = nearest(wanted.slice(at), names);
  const all = `all fields: ${suggestion('explain', [type ?? 'TYPE'])}`;
  return { message: 'unknown field', fix: meant ? `did you mean ${meant}? ${all}` : all };
}

/** What kind of value stands somewhere; the value itself might be a secret. */
function kindOf(value: unknown): string | undefined {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'string') return `text of ${[...value].length} characters`;
  return { number: 'a number', boolean: 'true or false', object: 'an object' }[typeof value as string];
}

const placed = ({ file, line }: InputChange, position?: { line: number; column: number }): Where => ({
  file: file === '-' ? 'standard input' : file,
  ...(position && { line: (line ?? 1) + position.line - 1, column: position.column }),
  ...(position === undefined && line !== undefined && { line }),
});
