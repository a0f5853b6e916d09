import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import { OPERATIONS } from '../../contracts/contract.ts';
import { type Field, fieldsOf } from '../../contracts/fields.ts';
import { MAX_DEPTH } from '../../lib/change/body.ts';
import { nearest } from '../../lib/change/nearest.ts';
import type { InvalidChange } from '../../lib/change/validate.ts';
import type { Problem } from '../../lib/json/problem.ts';
import { scan } from '../../lib/json/scan.ts';
import { syntaxFaultIn, toPosition } from '../../lib/json/syntax.ts';
import type { Diagnostic, Location } from '../../operator/fault.ts';
import { pluralize } from '../../operator/story/wording.ts';
import { suggestion } from '../../operator/suggestion.ts';
import type { InputChange } from './input-files.ts';

/**
 * What is wrong with a refused change: the place, the kind of value that is there, what is allowed, and how to correct it.
 */
export function diagnosticsOf(input: InputChange, { problems, code, name }: InvalidChange): Diagnostic[] {
  const syntax = code === 'change_unreadable' ? syntaxFaultIn(input.text) : undefined;
  if (syntax) {
    const message = `${syntax.isCut ? 'the JSON ends too early' : 'invalid JSON'}: expected ${syntax.expected}`;
    return [{ message, where: placed(input, toPosition(input.text, syntax.offset)) }];
  }
  // jsonc-parser is recursive, and a text that nests too deep would use up the stack.
  const tree = scan(input.text).depth > MAX_DEPTH ? undefined : parseTree(input.text);
  const fields = OPERATIONS.filter(({ change }) => change === name.type).flatMap(fieldsOf);
  const known = { fields: fields.filter(({ ignored }) => !ignored), type: name.type };
  return problems.map((problem) => toDiagnostic(input, problem, tree, known));
}

interface KnownFields {
  fields: Field[];
  type: string | undefined;
}

function toDiagnostic(
  input: InputChange,
  { path, message }: Problem,
  tree: Node | undefined,
  known: KnownFields,
): Diagnostic {
  const found = nodeAt(tree, path);
  const offset = offsetOf(found ?? nearestAbove(tree, path));
  const where = { ...placed(input, toPosition(input.text, offset)), ...(path !== '' && { field: path }) };
  if (message === 'unknown field') return { where, ...unknownField(path, known) };
  if (path !== '' && !found) return { where, ...missingField(path, known) };
  const got = found && kindOf(found);
  return { message: sentence(path, message), where, ...(got && { got }) };
}

/** Puts the field's name before a message that begins with a verb, such as `must be …`. */
const sentence = (path: string, message: string) =>
  /^(?:must|holds) /.test(message) ? `${nameOf(path)} ${message}` : message;

function nameOf(path: string): string {
  const names = path.split('.');
  const last = names.at(-1) ?? '';
  return /^\d+$/.test(last) ? `element ${last} of ${names.at(-2)}` : last || 'the change';
}

const nodeAt = (tree: Node | undefined, path: string): Node | undefined =>
  path === ''
    ? tree
    : path
        .split('.')
        .reduce((node, name) => node && findNodeAtLocation(node, [node.type === 'array' ? Number(name) : name]), tree);

/** A missing field is shown at what it is missing from. */
const nearestAbove = (tree: Node | undefined, path: string): Node | undefined => {
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  return parent === '' ? tree : (nodeAt(tree, parent) ?? nearestAbove(tree, parent));
};

/** A member is shown at its name. */
const offsetOf = (node: Node | undefined): number =>
  (node?.parent?.type === 'property' ? node.parent.offset : node?.offset) ?? 0;

/** The path in the form of the lists of fields, with [] for an index. */
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
function kindOf({ type, value, children = [] }: Node): string {
  if (type === 'array') return `a list with ${pluralize(children.length, 'element')}`;
  if (type === 'string') return `a text of ${pluralize([...value].length, 'character')}`;
  return { number: 'a number', boolean: 'true or false', object: 'an object' }[type as string] ?? type;
}

const placed = ({ file, line }: InputChange, position?: { line: number; column: number }): Location => ({
  file: file === '-' ? 'standard input' : file,
  ...(position && { line: (line ?? 1) + position.line - 1, column: position.column }),
  ...(position === undefined && line !== undefined && { line }),
});
