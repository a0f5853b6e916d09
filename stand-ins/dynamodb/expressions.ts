import { validateAttributeValue, validateExpressions } from 'dynalite/validations/index.js';
import { ServiceError } from '../json-server.ts';
import type { Item, ItemInput } from './item.ts';

interface Section {
  val?: unknown;
}
interface ParsedExpression {
  /** The value objects that the parsed expressions hold. */
  values: Item;
  _condition?: unknown;
  _updates?: { sections: Section[] };
}

/**
 * The parsed expressions of an input, as dynalite's actions take them. Parsing takes by far the most time, so each expression
 * is parsed once for values of the same types. A parsed expression holds the values it was parsed with; the content of the
 * new values is copied into them.
 */
export function createExpressions() {
  const known = new Map<string, ParsedExpression>();
  return (input: ItemInput): object => {
    const { ExpressionAttributeValues: values = {} } = input;
    const key = keyOf(input);
    const parsed = known.get(key) ?? parse(input);
    known.set(key, parsed);
    for (const [name, value] of Object.entries(values)) {
      refuse(validateAttributeValue(value));
      Object.assign(parsed.values[name] ?? {}, value);
    }
    const { _condition, _updates } = parsed;
    // An update writes what it finds into its sections.
    const sections = _updates?.sections.map((section) => ({ ...section }));
    return {
      ...(_condition !== undefined && { _condition }),
      ...(_updates && { _updates: { ..._updates, sections } }),
    };
  };
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw new ServiceError('ValidationException', problem);
}

function parse(input: ItemInput): ParsedExpression {
  const values = structuredClone(input.ExpressionAttributeValues);
  const data = { ...input, ExpressionAttributeValues: values } as ItemInput & Omit<ParsedExpression, 'values'>;
  refuse(validateExpressions(data));
  return { ...data, values: values ?? {} };
}

function keyOf({ UpdateExpression, ConditionExpression, ...rest }: ItemInput): string {
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = rest;
  const types = Object.entries(values).map(([name, value]) => `${name} ${Object.keys(value)}`);
  return [UpdateExpression, ConditionExpression, ...Object.entries(names).flat(), ...types].join('|');
}
