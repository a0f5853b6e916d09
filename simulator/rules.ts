import { isMembers, type Members, numberText } from './json.ts';

/** What is wrong with a value. */
export type Fault = 'type' | 'length' | 'range' | 'missing';

/** Throws a ValidationError when the value at the path breaks it. */
export type Rule = (value: unknown, path: string) => void;

/** A value that breaks a rule of the manual's field tables: which one, and where. */
export class ValidationError extends Error {
  readonly fault: Fault;
  readonly path: string;
  constructor(fault: Fault, path: string) {
    super(`${path}: ${fault}`);
    this.fault = fault;
    this.path = path;
  }
}

function demand(holds: boolean, fault: Fault, path: string): void {
  if (!holds) throw new ValidationError(fault, path);
}

/** The largest int64, which JavaScript cannot hold: limits are therefore compared as integers. */
export const INT64 = 9_223_372_036_854_775_807n;
export const INT32 = 2_147_483_647n;

/** A string with this number of characters. */
export const text =
  (most = 255, least = 0): Rule =>
  (value, path) => {
    if (typeof value !== 'string') throw new ValidationError('type', path);
    const { length } = [...value];
    demand(length >= least && length <= most, 'length', path);
  };

/** A string that fits the pattern. */
export const matching =
  (pattern: RegExp): Rule =>
  (value, path) => {
    demand(typeof value === 'string', 'type', path);
    demand(pattern.test(String(value)), 'range', path);
  };

/** One of these strings. */
export const oneOf =
  (...words: string[]): Rule =>
  (value, path) => {
    demand(typeof value === 'string', 'type', path);
    demand(words.includes(String(value)), 'range', path);
  };

/** A whole number within 0 (or least) and most, compared digit for digit. */
export const whole =
  (most: bigint = INT64, least = 0n): Rule =>
  (value, path) => {
    const digits = numberText(value) ?? '';
    demand(/^-?\d+$/.test(digits), 'type', path);
    const number = BigInt(digits);
    demand(number >= least && number <= most, 'range', path);
  };

/** true or false. */
export const flag: Rule = (value, path) => demand(typeof value === 'boolean', 'type', path);

/** An array of at most this many items; each must keep the rule. */
export const list =
  (rule: Rule, most = 65_535): Rule =>
  (value, path) => {
    if (!Array.isArray(value)) throw new ValidationError('type', path);
    demand(value.length <= most, 'length', path);
    for (const [index, item] of value.entries()) rule(item, `${path}[${index}]`);
  };

/** An object whose known members keep their rules: null counts as absent, unknown members are nobody's business. */
export const members =
  (rules: Record<string, Rule>, required: readonly string[] = []): Rule =>
  (value, path) => {
    if (!isMembers(value)) throw new ValidationError('type', path);
    const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
    for (const name of required) demand((value[name] ?? null) !== null, 'missing', at(name));
    for (const name of present(value, rules)) rules[name]?.(value[name], at(name));
  };

/** An object of any members that each keep the rule. */
export const mapOf =
  (rule: Rule): Rule =>
  (value, path) => {
    if (!isMembers(value)) throw new ValidationError('type', path);
    for (const [name, item] of Object.entries(value)) rule(item, `${path}.${name}`);
  };

const present = (value: Members, rules: Record<string, Rule>): string[] =>
  Object.keys(rules).filter((name) => (value[name] ?? null) !== null);
