import type * as z from 'zod';

/** Where something is wrong and what must be different. It never holds the value there. */
export interface Problem {
  path: string;
  message: string;
}

/** The most problems that are reported of a change. The rest is reported when these are corrected. */
const MAX_PROBLEMS = 20;

const NOUNS: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

const UNITS: Readonly<Record<string, string>> = { string: ' characters long', array: ' in number' };

function inWords(issue: z.core.$ZodRawIssue): string {
  const unit = UNITS[String(issue.origin)] ?? '';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${NOUNS[issue.expected] ?? 'of another kind'}`;
    case 'too_small':
      return `must be at least ${issue.minimum}${unit}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${unit}`;
    case 'invalid_format':
      return `must be in the format ${issue.format}`;
    default:
      return 'must be another value';
  }
}

let checks = 0;
/** zod would generate code for each schema at its first check. Only a process that makes more checks than these wins that time back. */
const CHECKS_WITHOUT_CODE = 500;

/** Options for zod: our messages for schemas that have none of their own, and the input in each issue, so that a missing value is recognised. */
export const IN_WORDS = {
  reportInput: true,
  get jitless() {
    checks++;
    return checks <= CHECKS_WITHOUT_CODE;
  },
  error: inWords,
} as const satisfies z.core.ParseContext;

/** zod's issues as problems. An unknown name that the sender wrote is shown only if it looks like a field's name. */
export function problemsOf(error: z.ZodError, prefix: PropertyKey[] = []): Problem[] {
  const problems = error.issues.slice(0, MAX_PROBLEMS).flatMap((issue) => {
    const at = [...prefix, ...issue.path];
    if (issue.code === 'unrecognized_keys')
      return issue.keys.slice(0, MAX_PROBLEMS).map((key) => ({ path: pathOf([...at, key]), message: 'unknown field' }));
    return [{ path: pathOf(at), message: isMissing(issue) ? 'is missing' : issue.message }];
  });
  return problems.slice(0, MAX_PROBLEMS);
}

/** True if the value is missing. The issue must come from a parse with `IN_WORDS`. */
export const isMissing = (issue: z.core.$ZodIssue) => 'input' in issue && issue.input === undefined;

const MAX_PATH = 200;
const pathOf = (path: PropertyKey[]) => path.map(showName).join('.').slice(0, MAX_PATH);
const showName = (name: PropertyKey) => (/^\w{1,64}$/.test(String(name)) ? String(name) : '(an unknown name)');
