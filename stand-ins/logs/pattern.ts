import { ServiceError } from '../json-server.ts';

const CONDITION = /^\$((?:\.\w+)+) *= *"((?:[^"\\]|\\.)*)"$/;

/**
 * The part of CloudWatch's filter patterns that the relay uses: `{ $.a.b = "x" && … || … }`. `*` in the text matches
 * anything. Any other pattern is refused, so that a difference to CloudWatch is noticed.
 */
export function compilePattern(pattern: string): (message: string) => boolean {
  if (pattern.trim() === '') return () => true;
  const [, inside = ''] = /^\{ *(.*?) *\}$/.exec(pattern.trim()) ?? [];
  const alternatives = inside.split(' || ').map((one) => one.split(' && ').map(condition));
  return (message) => {
    const value = parseCondition(message);
    return alternatives.some((tests) => tests.every((test) => test(value)));
  };
}

function condition(text: string): (value: unknown) => boolean {
  const [condition, path = '', wanted = ''] = CONDITION.exec(text.trim()) ?? [];
  if (condition === undefined)
    throw new ServiceError('InvalidParameterException', `the local stack does not know ${text}`);
  const names = path.slice(1).split('.');
  const parts = wanted
    .replaceAll(/\\(.)/g, '$1')
    .split('*')
    .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`, 's');
  return (value) => {
    const found = names.reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value);
    return typeof found === 'string' && expression.test(found);
  };
}

function parseCondition(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}
