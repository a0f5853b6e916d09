import { isMembers, type Members, numberText } from './json.ts';

/** The kind of problem that a value has. */
type Problem = 'type' | 'length' | 'range' | 'missing';

/** A rule for the value at a path. Throws a ValidationError if the value breaks it. */
export type Rule = (value: unknown, path: string) => void;

/** A value at a path breaks a rule of the manual's field tables. */
export class ValidationError extends Error {
  readonly problem: Problem;
  readonly path: string;
  constructor(problem: Problem, path: string) {
    super(`${path}: ${problem}`);
    this.problem = problem;
    this.path = path;
  }
}

function check(holds: boolean, problem: Problem, path: string): void {
  if (!holds) throw new ValidationError(problem, path);
}

/** The largest int64. A JavaScript number cannot hold it, so limits are compared as bigints. */
export const INT64 = 9_223_372_036_854_775_807n;
export const INT32 = 2_147_483_647n;

/** A string with this number of characters. */
export const text =
  (max = 255, min = 0): Rule =>
  (value, path) => {
    if (typeof value !== 'string') throw new ValidationError('type', path);
    const { length } = [...value];
    check(length >= min && length <= max, 'length', path);
  };

/** A string that fits the pattern. */
export const matching =
  (pattern: RegExp): Rule =>
  (value, path) => {
    check(typeof value === 'string', 'type', path);
    check(pattern.test(String(value)), 'range', path);
  };

export const oneOf =
  (...words: string[]): Rule =>
  (value, path) => {
    check(typeof value === 'string', 'type', path);
    check(words.includes(String(value)), 'range', path);
  };

/** An integer between the limits, compared digit for digit. */
export const integer =
  (max: bigint = INT64, min = 0n): Rule =>
  (value, path) => {
    const digits = numberText(value) ?? '';
    check(/^-?\d+$/.test(digits), 'type', path);
    const number = BigInt(digits);
    check(number >= min && number <= max, 'range', path);
  };

export const flag: Rule = (value, path) => check(typeof value === 'boolean', 'type', path);

/** A number, with or without decimals, between the limits. */
export const decimal =
  (max: number, min: number): Rule =>
  (value, path) => {
    const number = Number(numberText(value) ?? Number.NaN);
    check(!Number.isNaN(number), 'type', path);
    check(number >= min && number <= max, 'range', path);
  };

/** An array of this many items, which must all keep the rule. */
export const list =
  (rule: Rule, max = 65_535, min = 0): Rule =>
  (value, path) => {
    if (!Array.isArray(value)) throw new ValidationError('type', path);
    check(value.length >= min && value.length <= max, 'length', path);
    for (const [index, item] of value.entries()) rule(item, `${path}[${index}]`);
  };

/** An object whose known members keep their rules. Null counts as absent, and unknown members are not checked. */
export const members =
  (rules: Record<string, Rule>, required: readonly string[] = []): Rule =>
  (value, path) => {
    if (!isMembers(value)) throw new ValidationError('type', path);
    const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
    for (const name of required) check((value[name] ?? null) !== null, 'missing', at(name));
    for (const name of present(value, rules)) rules[name]?.(value[name], at(name));
  };

/** An object whose members all keep the rule. */
export const mapOf =
  (rule: Rule): Rule =>
  (value, path) => {
    if (!isMembers(value)) throw new ValidationError('type', path);
    for (const [name, item] of Object.entries(value)) rule(item, `${path}.${name}`);
  };

const present = (value: Members, rules: Record<string, Rule>): string[] =>
  Object.keys(rules).filter((name) => (value[name] ?? null) !== null);
