import { isObject, type JsonObject, parseJson } from '../../lib/json/exact-json.ts';
import { tryJson } from '../../lib/json/try-json.ts';

/** The statements of a policy's text; none if it is not a policy. */
export function statementsOf(policy: string): JsonObject[] {
  const document = tryJson(policy, parseJson);
  const statements = isObject(document) ? [document.Statement].flat() : [];
  return statements.filter((one) => isObject(one));
}

/** True if a statement is about an action. One with NotAction is about all other actions. */
export function covers({ Action, NotAction }: JsonObject, action: string): boolean {
  const isIn = (patterns: unknown) => [patterns].flat().some((pattern) => fits(String(pattern), action));
  return Action === undefined ? NotAction !== undefined && !isIn(NotAction) : isIn(Action);
}

/** IAM's `*` stands for any text, and `?` for one character. Case does not count in actions. */
const fits = (pattern: string, action: string) =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'i',
  ).test(action);
