import { OPERATIONS } from '../contracts/contract.ts';
import { type Field, fieldsOf } from '../contracts/fields.ts';
import type { Problem } from '../lib/change.ts';
import type { Refused } from '../lib/examine.ts';
import type { Given } from './change-input.ts';
import type { Trouble, Where } from './fault.ts';
import { positionsIn, syntaxErrorIn, toPosition } from './positions.ts';
import { nearest } from './suggest.ts';

/** What is wrong with a change that was refused: where, what stands there by kind, what may stand there, and how to mend it. */
export function troublesOf(given: Given, { problems, code, subject }: Refused): Trouble[] {
  const syntax = code === 'change_unreadable' ? syntaxErrorIn(given.text) : undefined;
  if (syntax) return [{ message: syntax.message, where: placed(given, syntax.position) }];
  const offsets = positionsIn(given.text);
  const fields = OPERATIONS.filter(({ change }) => change === subject.type)
    .slice(-1)
    .flatMap(fieldsOf);
  return problems.map((problem) => toTrouble(given, problem, offsets, { fields, type: subject.type }));
}

interface Known {
  fields: Field[];
  type: string | undefined;
}

function toTrouble(given: Given, { path, message }: Problem, offsets: Map<string, number>, known: Known): Trouble {
  const isThere = offsets.has(path);
  const offset = offsets.get(path) ?? offsets.get(parentIn(path, offsets));
  const where = { ...placed(given, offset === undefined ? undefined : toPosition(given.text, offset)), field: path };
  if (message === 'unknown field') return { where, ...unknownField(path, known) };
  const takes = known.fields.find((field) => field.path === path.replaceAll(/\.\d+/g, '[]'))?.takes;
  const plain = isThere || path === '' ? message : 'a required field is missing';
  return {
    message: plain.replace(/^Invalid input: expected (\w+).*$/, 'must be a $1'),
    where,
    ...(takes && { allowed: takes }),
  };
}

/** A missing field is shown at what it is missing from. */
function parentIn(path: string, offsets: Map<string, number>): string {
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  return offsets.has(parent) ? parent : parentIn(parent, offsets);
}

function unknownField(path: string, { fields, type }: Known): Omit<Trouble, 'where'> {
  const at = path.lastIndexOf('.') + 1;
  const siblings = fields.map((field) => field.path).filter((one) => one.startsWith(path.slice(0, at)));
  const names = siblings.map((one) => one.slice(at)).filter((name) => /^\w+$/.test(name));
  const meant = nearest(path.slice(at), names);
  const all = `all fields: relay explain ${type}`;
  return { message: 'unknown field', fix: meant ? `did you mean ${meant}? ${all}` : all };
}

const placed = ({ file, line }: Given, position?: { line: number; column: number }): Where => ({
  file: file === '-' ? 'standard input' : file,
  ...(position && { line: (line ?? 1) + position.line - 1, column: position.column }),
  ...(position === undefined && line !== undefined && { line }),
});
