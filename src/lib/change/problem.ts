import type * as z from 'zod';

/** Where something is wrong and what must be different; never the value that stands there. */
export interface Problem {
  path: string;
  message: string;
}

/** So many are told of a change; a sender who corrects them hears of the rest. */
export const MOST_PROBLEMS = 20;

/** zod's issues as paths and sentences; a name that the sender made up is shown only if it looks like a field's name. */
export function problemsOf(error: z.ZodError, prefix: PropertyKey[] = []): Problem[] {
  const problems = error.issues.slice(0, MOST_PROBLEMS).flatMap((issue) => {
    const at = [...prefix, ...issue.path];
    if (issue.code === 'unrecognized_keys')
      return issue.keys
        .slice(0, MOST_PROBLEMS)
        .map((key) => ({ path: pathOf([...at, key]), message: 'unknown field' }));
    return [{ path: pathOf(at), message: issue.message }];
  });
  return problems.slice(0, MOST_PROBLEMS);
}

const LONGEST_PATH = 200;
const pathOf = (path: PropertyKey[]) => path.map(shown).join('.').slice(0, LONGEST_PATH);
const shown = (name: PropertyKey) => (/^\w{1,64}$/.test(String(name)) ? String(name) : '(a name that is no field)');
